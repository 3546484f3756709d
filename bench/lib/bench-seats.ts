const SECTIONS = 40;
const ROWS_PER_SECTION = 100;
const SEATS_PER_ROW = 50;

/** Seats of the benchmark's seated event: more than can be sold while something is measured. */
export const SEATS = SECTIONS * ROWS_PER_SECTION * SEATS_PER_ROW;

/** The seats as an organizer configures them: all in one tier, so that a wish may be fulfilled in any section. */
export const SEAT_CONFIGURATION = {
  sections: Array.from({ length: SECTIONS }, (_, at) => ({
    name: `Section ${at + 1}`,
    tier: "General",
    rows: ROWS_PER_SECTION,
    seats_per_row: SEATS_PER_ROW,
  })),
};
