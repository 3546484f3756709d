import type pg from "pg";
import type { Truth } from "./history.ts";

/** Reads what the tables say about one event, to hold a history against. */
export async function readTruth(db: pg.Pool, eventId: string): Promise<Truth> {
  const [bookings, ledger, [sums]] = await Promise.all([
    rowsOf<{ id: string; userId: string; quantity: number }>(
      db,
      `select id, user_id as "userId", quantity from booking where event_id = $1::uuid and status = 'confirmed'`,
      eventId,
    ),
    rowsOf<{ id: string; seq: number }>(
      db,
      `select command_id as id, seq::integer from ledger where event_id = $1::uuid and type like 'Booking%'`,
      eventId,
    ),
    rowsOf<Pick<Truth, "capacity" | "waiting" | "failed">>(
      db,
      `select (select sum(capacity)::integer from tier where event_id = $1::uuid) as capacity,
              (select count(*)::integer from mailbox.job where name = 'event.' || $1::uuid)
                + (select greatest(bookings_accepted + urgent_accepted - bookings_decided - urgent_decided, 0)::integer
                     from mailbox_counter join actor using (event_id) where event_id = $1::uuid) as waiting,
              (select count(*)::integer from dead_letter where event_id = $1::uuid)
                + (select count(*)::integer from ledger where event_id = $1::uuid and outcomes::text like '%CommandFailed%') as failed`,
      eventId,
    ),
  ]);
  if (sums === undefined) throw new Error(`there is no event ${eventId}`);
  return {
    ...sums,
    confirmed: new Map(bookings.map((booking) => [booking.id, booking])),
    seqOf: new Map(ledger.map(({ id, seq }) => [id, seq])),
  };
}

async function rowsOf<Row extends object>(db: pg.Pool, text: string, eventId: string): Promise<Row[]> {
  return (await db.query<Row>(text, [eventId])).rows;
}
