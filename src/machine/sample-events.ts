import type { z } from "zod";
import { createEventBody } from "../http/schemas/events.ts";

const DAY_MS = 86_400_000;

/** An event of the sample data, as a request would describe it. Its id is always the same, so that it is made once. */
export interface SampleEvent {
  readonly eventId: string;
  readonly body: z.output<typeof createEventBody>;
}

const hall = (name: string, rows: readonly string[], seatsPerRow: number, price: number) => ({
  name,
  rows,
  seats_per_row: seatsPerRow,
  price,
});

/** By the days until each; all have seats, the third is sold by payment. */
const SAMPLES = [
  {
    inDays: 60,
    name: "Exclusive Gala",
    venue: "The Grand Hall",
    description: "Music and dinner at round tables",
    category: "gala",
    // Booked without paying, so that it can be tried by curl in one request.
    requires_payment: false,
    seat_configuration: { sections: [hall("Hall", ["A", "B", "C", "D", "E"], 10, 120)] },
  },
  {
    inDays: 90,
    name: "Summer Night Concert",
    venue: "River Stage",
    description: "Seats in front, a lawn behind them",
    category: "music",
    requires_payment: false,
    total_capacity: 300,
    price: 25,
    seat_configuration: { sections: [hall("Front", ["1", "2", "3"], 20, 60)] },
  },
  {
    inDays: 120,
    name: "An Evening of Opera",
    venue: "The House",
    description: "Held for five minutes, then paid",
    category: "opera",
    seat_configuration: {
      sections: [hall("Stalls", ["A", "B", "C", "D"], 20, 90), hall("Balcony", ["A", "B"], 15, 55)],
    },
  },
] as const;

/** The sample events as they are when they are made `now` (Unix milliseconds). */
export function sampleEvents(now: number): readonly SampleEvent[] {
  return SAMPLES.map(({ inDays, ...fields }, at) => {
    const startsAt = now + inDays * DAY_MS;
    const [event_date, end_time] = [startsAt, startsAt + DAY_MS / 8].map((ms) => new Date(ms).toISOString());
    return {
      eventId: `00000000-0000-7000-8000-0000000001${String(at + 1).padStart(2, "0")}`,
      body: createEventBody.parse({ ...fields, event_date, end_time }),
    };
  });
}
