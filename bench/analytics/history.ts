import type pg from "pg";

export interface HistorySize {
  readonly events: number;
  /** Of all events together; each event has as many. */
  readonly bookings: number;
  readonly people: number;
  readonly organizers: number;
  /** Over how many days up to now they were made. */
  readonly days: number;
}

/** An id that a number makes: `7e` events, `7b` bookings, `7a` people and organizers. */
const idOf = (kind: string, number: string) =>
  `('00000000-0000-7${kind}-8000-' || lpad(to_hex(${number}), 12, '0'))::uuid`;
const EVENT = idOf("e00", "e");
const OWNER = idOf("a00", "(e % $2) + 1");
const BUYER = idOf("a01", "(hashint8(n) & 2147483647) % $3 + 1");

/**
 * Events that sold tickets over months, as tables have them after turns: set-based, because a million turns take longer than
 * anybody waits. Entries carry no chain of digests: this is for who adds up, not for who verifies.
 */
export async function writeSales(pool: pg.Pool, size: HistorySize): Promise<void> {
  const { events, bookings, people, organizers, days } = size;
  const each = Math.floor(bookings / events);
  for (const [text, values] of [
    [EVENTS, [events, organizers, days]],
    [TIERS, [events, each]],
    [ACTORS, [events, each]],
    [CREATED, [events, organizers, days, each]],
    [LEDGER, [events, each, people, days]],
    [BOOKINGS, []],
  ] as const) {
    await pool.query(text, [...values]);
  }
  for (const table of ["event", "tier", "actor", "ledger", "booking"]) await pool.query(`analyze ${table}`);
}

const NO_DIGEST = `decode(repeat('00', 32), 'hex')`;
const CATEGORIES = `(array['music','theatre','sport','talk'])[e % 4 + 1]`;

const EVENTS = `insert into event (event_id, name, venue, category, starts_at, currency, tickets_per_booking_max, sale_status,
    created_by, created_at, updated_at)
  select ${EVENT}, 'Event ' || e, 'The Hall', ${CATEGORIES}, now() + interval '30 days', 'USD', 10, 'open', ${OWNER},
         now() - $3 * interval '1 day', now() from generate_series(1, $1::integer) e`;

const TIERS = `insert into tier (event_id, position, name, price_minor, capacity, sold)
  select ${EVENT}, p, (array['General','VIP'])[p + 1], 2000 * (1 + 2 * p), $2::integer * 4, $2::integer
    from generate_series(1, $1::integer) e, generate_series(0, 1) p`;

const ACTORS = `insert into actor (event_id, ledger_seq) select ${EVENT}, $2::integer + 1 from generate_series(1, $1::integer) e`;

const CREATED = `insert into ledger (event_id, seq, command_id, type, command, outcomes, decided_at, digest)
  select ${EVENT}, 1, ${idOf("c00", "e")}, 'EventCreated', json_build_object('type', 'CreateEvent'),
         json_build_array(json_build_object('type', 'EventCreated', 'saleStatus', 'open', 'draft', json_build_object(
           'eventId', ${EVENT}, 'createdBy', ${OWNER}, 'currency', 'USD', 'category', ${CATEGORIES},
           'tiers', json_build_array(json_build_object('name', 'General', 'priceMinor', 2000, 'capacity', $4::integer * 4),
                                     json_build_object('name', 'VIP', 'priceMinor', 6000, 'capacity', $4::integer * 4))))),
         now() - $3 * interval '1 day', ${NO_DIGEST}
    from generate_series(1, $1::integer) e`;

const LEDGER = `insert into ledger (event_id, seq, command_id, type, command, outcomes, decided_at, digest)
  select ${EVENT}, b + 1, id, 'BookingConfirmed',
         json_build_object('type', 'BookTickets', 'id', id, 'userId', buyer, 'quantity', quantity, 'tier', tier),
         json_build_array(json_build_object('type', 'BookingConfirmed', 'bookingId', id, 'userId', buyer, 'tier', tier,
           'quantity', quantity, 'unitPriceMinor', 2000 * (1 + 2 * tier))),
         now() - $4 * interval '1 day' * (1 - b::float8 / $2), ${NO_DIGEST}
    from (select e, b, n, ${idOf("b00", "n")} as id, ${BUYER} as buyer, 1 + n % 4 as quantity, (n % 5 = 0)::integer as tier
            from generate_series(1, $1::integer) e, generate_series(1, $2::integer) b,
                 lateral (select e::bigint * $2 + b as n) s) made
   order by e, b`;

const BOOKINGS = `insert into booking (event_id, id, user_id, reference, tier, quantity, unit_price_minor, total_minor, status,
    created_at, updated_at)
  select l.event_id, l.command_id, (o ->> 'userId')::uuid, 'EVT' || substr(l.command_id::text, 25), (o ->> 'tier')::smallint,
         (o ->> 'quantity')::integer, (o ->> 'unitPriceMinor')::bigint,
         (o ->> 'quantity')::integer * (o ->> 'unitPriceMinor')::bigint, 'confirmed', l.decided_at, l.decided_at
    from ledger l, lateral (select l.outcomes -> 0 as o) s where l.type = 'BookingConfirmed'`;
