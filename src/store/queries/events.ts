import type { EventId } from "../../domain/ids.ts";
import type { EventFilter, EventView } from "../../domain/views.ts";
import { containing, ms } from "../columns.ts";
import type { Queryable } from "../database.ts";

const COLUMNS = `e.event_id as "eventId", e.number, e.name, e.description, e.venue, e.venue_id as "venueId",
  e.category,
  ${ms("e.starts_at")} as "startsAt", ${ms("e.ends_at")} as "endsAt",
  ${ms("e.sale_starts_at")} as "saleStartsAt", ${ms("e.sale_ends_at")} as "saleEndsAt", e.currency,
  e.tickets_per_booking_max as "ticketsPerBookingMax", e.tickets_per_user_max as "ticketsPerUserMax",
  e.requires_payment as "requiresPayment", e.hold_ttl_ms as "holdTtlMs", e.offer_ttl_ms as "offerTtlMs",
  e.holds_per_user_max as "holdsPerUserMax", e.refund_policy as "refundPolicy", e.is_seated as "isSeated",
  a.is_paused as "isPaused",
  e.status, e.sale_status as "saleStatus", e.cancellation_total as "cancellationTotal",
  e.cancellation_done as "cancellationDone", e.refunds_count as "refundsCount", e.refunds_minor as "refundsMinor",
  e.created_by as "createdBy", ${ms("e.created_at")} as "createdAt", ${ms("e.updated_at")} as "updatedAt", e.version,
  a.ledger_seq as seq,
  (select json_agg(json_build_object('name', t.name, 'priceMinor', t.price_minor, 'capacity', t.capacity,
     'held', t.held, 'sold', t.sold, 'blocked', t.blocked, 'isSeated', t.is_seated,
     'isRestricted', t.is_restricted, 'pricedAt', t.priced_at,
     'priceVersion', t.price_version) order by t.position) from tier t where t.event_id = e.event_id) as tiers`;

/** `more`: further fields of the venue, as arguments of json_build_object. */
const venueDetails = (
  more = "",
) => `(select json_build_object('id', v.id, 'name', v.name, 'address', v.address,
    'city', v.city, 'state', v.state, 'country', v.country, 'postalCode', v.postal_code, 'capacity', v.capacity,
    'version', v.version${more}) from venue v where v.id = e.venue_id) as "venueDetails"`;

const FROM = "from event e join actor a using (event_id)";
const EVENTS = `select ${COLUMNS}, ${venueDetails()} ${FROM}`;
const EVENTS_WITH_LAYOUT = `select ${COLUMNS}, ${venueDetails(", 'layoutConfig', v.layout_config")} ${FROM}`;

export async function eventById(db: Queryable, eventId: string): Promise<EventView | null> {
  const { rows } = await db.query<EventView>({
    name: "event-by-id",
    text: `${EVENTS} where e.event_id = $1`,
    values: [eventId],
  });
  return rows[0] ?? null;
}

/** An event with its venue's layout, which may be long: for those who look at this one event. */
export async function eventWithLayout(db: Queryable, eventId: string): Promise<EventView | null> {
  const { rows } = await db.query<EventView>({
    name: "event-with-layout",
    text: `${EVENTS_WITH_LAYOUT} where e.event_id = $1`,
    values: [eventId],
  });
  return rows[0] ?? null;
}

/** Several of them at once, for pages. */
export async function eventsWithLayout(db: Queryable, eventIds: readonly string[]): Promise<EventView[]> {
  const { rows } = await db.query<EventView>({
    name: "events-with-layout",
    text: `${EVENTS_WITH_LAYOUT} where e.event_id = any($1::uuid[])`,
    values: [eventIds],
  });
  return rows;
}

export async function eventByNumber(db: Queryable, number: number): Promise<EventView | null> {
  // Event numbers are 31 bits and begin with 1; a booking id that somebody made up may say more, and a path anything.
  if (number < 1 || number > 0x7fff_ffff) return null;
  const { rows } = await db.query<EventView>({
    name: "event-by-number",
    text: `${EVENTS} where e.number = $1`,
    values: [number],
  });
  return rows[0] ?? null;
}

/** Several events at once, for availability pushes. */
export async function eventsByIds(db: Queryable, eventIds: readonly EventId[]): Promise<EventView[]> {
  const { rows } = await db.query<EventView>({
    name: "events-by-ids",
    text: `${EVENTS} where e.event_id = any($1::uuid[])`,
    values: [eventIds],
  });
  return rows;
}

const PHASE_END = "coalesce(e.ends_at, e.starts_at + interval '24 hours')";

const FILTER = `where ($1::text is null or e.status = $1)
    and ($2::text is null or case $2
      when 'upcoming' then e.status = 'active' and e.starts_at > now()
      when 'ongoing' then e.status = 'active' and e.starts_at <= now() and ${PHASE_END} > now()
      else e.status = 'completed' or (e.status = 'active' and ${PHASE_END} <= now()) end)
    and ($3::timestamptz is null or e.starts_at >= $3) and ($4::timestamptz is null or e.starts_at <= $4)
    and ($5::text is null or e.category = $5)
    and ($6::text is null or e.name ilike $6 or e.description ilike $6)
    and ($7::uuid is null or e.venue_id = $7)
    and (not $8::boolean or e.status <> 'cancelled')
    and not exists (select from load_test_event l where l.event_id = e.event_id)`;

/** A page of events, by start time, and how many there are in all. */
export async function listEvents(
  db: Queryable,
  filter: EventFilter,
): Promise<{ readonly events: EventView[]; readonly total: number }> {
  const time = (at: number | null) => (at === null ? null : new Date(at));
  const values = [
    filter.status,
    filter.phase,
    time(filter.from),
    time(filter.until),
    filter.category,
    filter.search === null ? null : containing(filter.search),
    filter.venueId,
    filter.withoutCancelled === true,
  ];
  const [page, count] = await Promise.all([
    db.query<EventView>({
      name: "event-list",
      text: `${EVENTS} ${FILTER} order by e.starts_at, e.event_id limit $9 offset $10`,
      values: [...values, filter.limit, filter.offset],
    }),
    db.query<{ total: number }>({
      name: "event-count",
      text: `select count(*) as total from event e ${FILTER}`,
      values,
    }),
  ]);
  return { events: page.rows, total: count.rows[0]?.total ?? 0 };
}
