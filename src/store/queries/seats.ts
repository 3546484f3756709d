import type { TakenSeats } from "../../domain/views.ts";
import type { Queryable } from "../database.ts";

/** Which seats of an event are not free, and the ledger number that this is true of: one statement, one snapshot. */
export async function takenSeats(db: Queryable, eventId: string): Promise<TakenSeats> {
  const { rows } = await db.query<{ seq: number; seats: number[]; statuses: number[] }>({
    name: "seats-taken",
    text: `select a.ledger_seq as seq, coalesce(t.seats, '{}') as seats, coalesce(t.statuses, '{}') as statuses
             from actor a,
                  lateral (select array_agg(seat) as seats, array_agg(status::integer) as statuses
                             from seat_taken s where s.event_id = a.event_id) t
            where a.event_id = $1`,
    values: [eventId],
  });
  const { seq = 0, seats = [], statuses = [] } = rows[0] ?? {};
  const taken = seats.map((seat, at) => ({ seat, status: statuses[at] as 1 | 2 | 3 }));
  return { seq, taken };
}
