import { SEAT } from "../../src/domain/seat-map.ts";
import type { Queryable } from "../../src/store/database.ts";

/** One thing that must hold, in words, and whether it does. */
export interface Check {
  readonly name: string;
  readonly holds: boolean;
  /** The figures it was judged by. */
  readonly facts: string;
}

interface ProductBooks {
  readonly capacity: number;
  readonly counters: number;
  readonly bookings: number;
  readonly ledger: number;
  readonly oversold: number;
  /** How many tiers have seats. */
  readonly seated: number;
  readonly entries: number;
  readonly gaps: number;
  readonly heads: number;
}

/**
 * Reads the product's books of some events: tickets sold by the counters of the tiers, by the confirmed bookings and
 * by the ledger; tiers above capacity and tiers with seats; ledger entries, events whose numbers have a gap, and the sum of the actors' heads.
 */
const PRODUCT_BOOKS = {
  text: `
    with wanted as (select unnest($1::uuid[]) as event_id),
    tiers as (
      select sum(capacity)::int as capacity, sum(sold)::int as counters,
             (count(*) filter (where held + sold > capacity or held < 0 or sold < 0))::int as oversold,
             (count(*) filter (where is_seated))::int as seated
        from tier join wanted using (event_id)
    ), booked as (
      select coalesce(sum(quantity) filter (where status = 'confirmed'), 0)::int as bookings
        from booking join wanted using (event_id)
    ), entries as (
      select event_id, count(*) as entries, min(seq) as first, max(seq) as head
        from ledger join wanted using (event_id) group by event_id
    ), told as (
      select coalesce(sum((o ->> 'quantity')::int *
               case o ->> 'type' when 'BookingConfirmed' then 1 when 'BookingCancelled' then -1 else 0 end), 0)::int as ledger
        from ledger l join wanted using (event_id), json_array_elements(l.outcomes) as o
    )
    select tiers.*, booked.*, told.*,
           (select coalesce(sum(entries), 0)::int from entries) as entries,
           (select count(*)::int from entries where first <> 1 or head <> entries) as gaps,
           (select coalesce(sum(ledger_seq), 0)::int from actor join wanted using (event_id)) as heads
      from tiers, booked, told`,
};

interface SeatBooks {
  readonly tickets: number;
  readonly booked: number;
  readonly distinct: number;
  readonly taken: number;
  readonly strange: number;
}

/**
 * Reads what the product says about the seats of some events: tickets confirmed in tiers with seats; seats those
 * bookings name, and how many different ones they are; rows of sold seats, and how many of them no such booking names.
 */
const SEAT_BOOKS = {
  text: `
    with wanted as (select unnest($1::uuid[]) as event_id),
    booked as (
      select event_id, id, quantity, seats
        from booking b join wanted using (event_id) join tier t using (event_id)
       where t.position = b.tier and t.is_seated and status = 'confirmed'
    ), named as (
      select event_id, id, unnest(seats) as seat from booked
    ), sold as (
      select event_id, booking_id, seat from seat_taken join wanted using (event_id) where status = ${SEAT.sold}
    )
    select (select coalesce(sum(quantity), 0)::int from booked) as tickets,
           (select count(*)::int from named) as booked,
           (select count(distinct (event_id, seat))::int from named) as distinct,
           (select count(*)::int from sold) as taken,
           (select count(*)::int from sold left join named using (event_id, seat)
             where named.id is distinct from sold.booking_id) as strange`,
};

/** Checks the product's books of some events directly in its database, when nothing is under way. */
export async function checkProductBooks(db: Queryable, eventIds: readonly string[]): Promise<Check[]> {
  const { rows } = await db.query<ProductBooks & Record<string, number>>({
    ...PRODUCT_BOOKS,
    values: [eventIds],
  });
  const { capacity, counters, bookings, ledger, oversold, seated, entries, gaps, heads } = rows[0]!;
  return [
    {
      name: "ledger = counters = bookings",
      holds: ledger === counters && counters === bookings,
      facts: `${ledger} = ${counters} = ${bookings} tickets`,
    },
    {
      name: "nothing is oversold",
      holds: oversold === 0 && counters <= capacity,
      facts: `${counters} of ${capacity} tickets`,
    },
    {
      name: "the ledger has no gap",
      holds: gaps === 0 && entries === heads,
      facts: `${entries} entries, heads at ${heads}`,
    },
    ...(seated === 0 ? [] : [await checkSeatBooks(db, eventIds)]),
  ];
}

async function checkSeatBooks(db: Queryable, eventIds: readonly string[]): Promise<Check> {
  const { rows } = await db.query<SeatBooks & Record<string, number>>({ ...SEAT_BOOKS, values: [eventIds] });
  const { tickets, booked, distinct, taken, strange } = rows[0]!;
  return {
    name: "every ticket has its own seat",
    holds: tickets === booked && booked === distinct && distinct === taken && strange === 0,
    facts: `${tickets} tickets, ${distinct} different of ${booked} seats booked, ${taken} sold, ${strange} of them to others`,
  };
}
