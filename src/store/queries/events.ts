import type { EventId } from "../../domain/ids.ts";
import type { EventFilter, EventView } from "../../domain/views.ts";
import { ms } from "../columns.ts";
import type { Queryable } from "../database.ts";

const COLUMNS = `e.event_id as "eventId", e.number, e.name, e.description, e.venue, e.category,
  ${ms("e.starts_at")} as "startsAt", ${ms("e.ends_at")} as "endsAt",
  ${ms("e.sale_starts_at")} as "saleStartsAt", ${ms("e.sale_ends_at")} as "saleEndsAt", e.currency,
  e.tickets_per_booking_max as "ticketsPerBookingMax", e.tickets_per_user_max as "ticketsPerUserMax",
  e.status, e.sale_status as "saleStatus", e.cancellation_total as "cancellationTotal",
  e.cancellation_done as "cancellationDone", e.refunds_count as "refundsCount", e.refunds_minor as "refundsMinor",
  e.created_by as "createdBy", ${ms("e.created_at")} as "createdAt", ${ms("e.updated_at")} as "updatedAt", e.version,
  a.ledger_seq as seq,
  (select json_agg(json_build_object('name', t.name, 'priceMinor', t.price_minor, 'capacity', t.capacity,
     'held', t.held, 'sold', t.sold) order by t.position) from tier t where t.event_id = e.event_id) as tiers`;

const FROM = "from event e join actor a using (event_id)";

export async function eventById(db: Queryable, eventId: string): Promise<EventView | null> {
  const { rows } = await db.query<EventView>({
    name: "event-by-id",
    text: `select ${COLUMNS} ${FROM} where e.event_id = $1`,
    values: [eventId],
  });
  return rows[0] ?? null;
}

export async function eventByNumber(db: Queryable, number: number): Promise<EventView | null> {
  // Event numbers are 31 bits; a booking id that somebody made up may say more.
  if (number > 0x7fff_ffff) return null;
  const { rows } = await db.query<EventView>({
    name: "event-by-number",
    text: `select ${COLUMNS} ${FROM} where e.number = $1`,
    values: [number],
  });
  return rows[0] ?? null;
}

/** Several events at once, for availability pushes. */
export async function eventsByIds(db: Queryable, eventIds: readonly EventId[]): Promise<EventView[]> {
  const { rows } = await db.query<EventView>({
    name: "events-by-ids",
    text: `select ${COLUMNS} ${FROM} where e.event_id = any($1::uuid[])`,
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
    and ($6::text is null or e.name ilike $6 or e.description ilike $6)`;

/** A page of events, by start time, and how many there are in all. */
export async function listEvents(
  db: Queryable,
  filter: EventFilter,
): Promise<{ readonly events: EventView[]; readonly total: number }> {
  const time = (at: number | null) => (at === null ? null : new Date(at));
  const pattern = filter.search === null ? null : `%${filter.search.replace(/[\\%_]/g, "\\$&")}%`;
  const values = [
    filter.status,
    filter.phase,
    time(filter.from),
    time(filter.until),
    filter.category,
    pattern,
  ];
  const [page, count] = await Promise.all([
    db.query<EventView>({
      name: "event-list",
      text: `select ${COLUMNS} ${FROM} ${FILTER} order by e.starts_at, e.event_id limit $7 offset $8`,
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
