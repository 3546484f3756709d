import type { Queryable } from "../../src/store/database.ts";
import { columnsOf } from "./columns.ts";
import type { PeerRequest } from "./peer.ts";

/** A booking that was decided outside of the database, with its number in the event's ledger. */
export interface Decided {
  readonly request: PeerRequest;
  readonly seq: number;
}

/**
 * Writes what was decided elsewhere, in one statement. An event's rows are written only if they follow its ledger
 * without a gap, so that nothing is written twice, and nothing after somebody else wrote.
 * @throws Error where an event's ledger does not end where these begin
 */
export async function appendDecided(
  db: Queryable,
  schema: string,
  decided: readonly Decided[],
): Promise<void> {
  const { rowCount } = await db.query({
    name: "append-decided",
    text: `with asked as (
             select * from unnest($1::uuid[], $2::uuid[], $3::uuid[], $4::text[], $5::int[], $6::text[], $7::text[],
                                  $8::bigint[])
               as a (event_id, id, user_id, reference, quantity, command, outcomes, seq)
           ), lots as (
             select event_id, min(seq) as first, max(seq) as last, sum(quantity)::int as tickets
               from asked group by event_id having max(seq) - min(seq) + 1 = count(*)
           ), sold as (
             update ${schema}.tier t set sold = t.sold + l.tickets, ledger_seq = l.last
               from lots l where t.event_id = l.event_id and t.position = 0 and t.ledger_seq = l.first - 1
             returning t.event_id, t.price_minor
           ), booked as (
             insert into ${schema}.booking (event_id, id, user_id, reference, tier, quantity, unit_price_minor,
                                            total_minor, status, created_at, updated_at)
             select event_id, id, user_id, reference, 0, quantity, price_minor, price_minor * quantity, 'confirmed',
                    now(), now() from asked join sold using (event_id)
           )
           insert into ${schema}.ledger (event_id, seq, command_id, type, command, outcomes, decided_at)
           select event_id, seq, id, 'BookingConfirmed', command::json, outcomes::json, now()
             from asked join sold using (event_id)`,
    values: [...columnsOf(decided.map(({ request }) => request)), decided.map(({ seq }) => seq)],
  });
  if (rowCount !== decided.length)
    throw new Error(`${decided.length - (rowCount ?? 0)} decisions do not follow their ledgers`);
}
