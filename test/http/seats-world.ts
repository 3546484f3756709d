import type { Reply } from "../support/client.ts";
import type { System } from "./shared-system.ts";

/** Two sections: Stalls (A and B, four seats each, 100) and Balcony (C, three seats, 40). */
const CONFIGURATION = {
  sections: [
    { name: "Stalls", rows: ["A", "B"], seats_per_row: 4, price: 100 },
    { name: "Balcony", rows: ["C"], seats_per_row: 3, price: 40 },
  ],
};

/** A seated event that takes bookings without payment; `fields` may say otherwise. */
// biome-ignore lint/suspicious/noExplicitAny: see Reply
export function seatedEvent(system: System, fields: Readonly<Record<string, unknown>> = {}): Promise<any> {
  return system.event({
    total_capacity: undefined,
    price: undefined,
    seat_configuration: CONFIGURATION,
    requires_payment: false,
    ...fields,
  });
}

/** Ids of the seats of an event by the words on the ticket, such as `A1`. */
export async function seatIds(system: System, eventId: string): Promise<Readonly<Record<string, string>>> {
  const { body } = await system.client.get(`/events/${eventId}/seats?status=all`);
  const ids: Record<string, string> = {};
  for (const { rows } of body.data.sections) {
    for (const { row, seats } of rows) for (const seat of seats) ids[`${row}${seat.seat_number}`] = seat.id;
  }
  return ids;
}

/** The seats in a booking's reply by the words on the ticket, sorted. */
export function placesIn({ body }: Reply): string[] {
  const { seats } = body.data as { seats: { row: string; seat_number: string }[] };
  return seats.map(({ row, seat_number }) => `${row}${seat_number}`).sort();
}
