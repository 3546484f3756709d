import type { Queryable } from "../../src/store/database.ts";
import type { Check } from "./books.ts";

interface PeerBooks {
  readonly capacity: number;
  readonly counters: number;
  readonly oversold: number;
  readonly heads: number;
  readonly bookings: number;
  readonly booked: number;
  readonly entries: number;
  readonly gaps: number;
}

/**
 * Reads a peer's books of some events: capacity, counters, tiers sold beyond capacity and the sum of the ledgers' heads;
 * tickets booked and bookings; ledger entries, and events whose numbers have a gap.
 */
function peerBooks(schema: string): string {
  return `
    with wanted as (select unnest($1::uuid[]) as event_id),
    tiers as (
      select sum(capacity)::int as capacity, sum(sold)::int as counters, sum(ledger_seq)::int as heads,
             (count(*) filter (where held + sold > capacity))::int as oversold
        from ${schema}.tier join wanted using (event_id)
    ), booked as (
      select coalesce(sum(quantity), 0)::int as bookings, count(*)::int as booked
        from ${schema}.booking join wanted using (event_id)
    ), entries as (
      select event_id, count(*) as entries, min(seq) as first, max(seq) as head
        from ${schema}.ledger join wanted using (event_id) group by event_id
    )
    select tiers.*, booked.*,
           (select coalesce(sum(entries), 0)::int from entries) as entries,
           (select count(*)::int from entries where first <> 1 or head <> entries) as gaps
      from tiers, booked`;
}

/** Checks a peer's books of some events: sum of bookings = counters ≤ capacity, and a ledger entry for each booking. */
export async function checkPeerBooks(
  db: Queryable,
  schema: string,
  eventIds: readonly string[],
): Promise<Check[]> {
  const { rows } = await db.query<PeerBooks & Record<string, number>>({
    text: peerBooks(schema),
    values: [eventIds],
  });
  const { capacity, counters, oversold, heads, bookings, booked, entries, gaps } = rows[0]!;
  return [
    {
      name: "counters = bookings ≤ capacity",
      holds: counters === bookings && counters <= capacity && oversold === 0,
      facts: `${counters} = ${bookings} ≤ ${capacity} tickets`,
    },
    {
      name: "the ledger has an entry for each booking and no gap",
      holds: gaps === 0 && entries === heads && entries === booked,
      facts: `${entries} entries, heads at ${heads}, ${booked} bookings`,
    },
  ];
}
