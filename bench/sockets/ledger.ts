import type { Queryable } from "../../src/store/database.ts";

/** A confirmed booking in the ledger of an event. */
export interface Confirmed {
  readonly seq: number;
  readonly userId: string;
  readonly tickets: number;
}

/** The bookings that were confirmed behind a number of an event's ledger, in its order. */
export async function confirmedAfter(db: Queryable, eventId: string, afterSeq: number): Promise<Confirmed[]> {
  const { rows } = await db.query<Confirmed>(
    `select seq::int, o ->> 'userId' as "userId", (o ->> 'quantity')::int as tickets
       from ledger, json_array_elements(outcomes) as o
      where event_id = $1 and seq > $2 and o ->> 'type' = 'BookingConfirmed' order by seq`,
    [eventId, afterSeq],
  );
  return rows;
}
