import { HALL, HALL_SEATS } from "../../src/load-tests/scenarios.ts";

/** Seats of the benchmark's seated event: more than can be sold while something is measured. */
export const SEATS = HALL_SEATS;

/** The seats as an organizer configures them: all in one tier, so that a wish may be fulfilled in any section. */
export const SEAT_CONFIGURATION = {
  sections: Array.from({ length: HALL.sections }, (_, at) => ({
    name: `Section ${at + 1}`,
    tier: "General",
    rows: HALL.rowsPerSection,
    seats_per_row: HALL.seatsPerRow,
  })),
};
