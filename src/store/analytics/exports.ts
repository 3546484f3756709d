import type pg from "pg";
import { ms } from "../columns.ts";

/** Rows that are read at once. Each page is a statement of its own: nothing stays open while a client reads slowly. */
const PAGE_ROWS_MAX = 2_000;
const FIRST_ID = "00000000-0000-0000-0000-000000000000";

interface Asked {
  readonly scope: string | null;
  readonly eventId: string | null;
  readonly period: { readonly from: string; readonly to: string } | null;
}

type Row = Readonly<Record<string, unknown>>;

/** $1 organizer, $2 event, $3 and $4 days, $5 and $6 the key to go on behind, $7 how many. */
const PARAMETERS = `($1::uuid is null or true) and ($2::uuid is null or true)`;

/**
 * Only what was asked for is a condition, so that the plan is made for it; and a page is cut out along the key before anything
 * is joined to it.
 */
function ownEvents(of: string, { scope, eventId }: Asked): string {
  const own =
    scope === null ? "" : ` and ${of}.event_id in (select event_id from event where created_by = $1)`;
  return `${PARAMETERS}${own}${eventId === null ? "" : ` and ${of}.event_id = $2`}`;
}

function inPeriod(day: string): string {
  return `${day} between coalesce($3::date, '-infinity') and coalesce($4::date, 'infinity')`;
}

const bookingsPage = (asked: Asked, only: string) => `with page as materialized (
  select b.* from booking b
   where ${ownEvents("b", asked)} and ${inPeriod("(b.created_at at time zone 'UTC')::date")}
     and (b.event_id, b.id) > ($5::uuid, $6::uuid) ${only}
   order by b.event_id, b.id limit $7)`;

const BOOKED = `b.event_id, b.id, e.name as event, e.currency, b.reference, b.user_id, t.name as tier, b.quantity,
  b.unit_price_minor, b.total_minor, b.refund_minor, b.status, b.refund_status, ${ms("b.created_at")} as created_ms,
  ${ms("b.updated_at")} as updated_ms`;
const FROM_PAGE = `from page b join event e on e.event_id = b.event_id
  join tier t on t.event_id = b.event_id and t.position = b.tier`;

const TEXTS = {
  bookings: (asked: Asked) =>
    `${bookingsPage(asked, "")} select ${BOOKED} ${FROM_PAGE} order by b.event_id, b.id`,
  attendees: (asked: Asked) =>
    `${bookingsPage(asked, "and b.status = 'confirmed'")}
     select ${BOOKED}, u.name as person, u.email, coalesce(jsonb_array_length(b.check_ins), 0) as checked_in
       ${FROM_PAGE} left join users u on u.id = b.user_id order by b.event_id, b.id`,
  revenue: (asked: Asked) =>
    `select d.event_id, d.day::text as id, d.day::text, e.name as event, e.currency, d.bookings, d.tickets, d.booked_minor,
            d.cancelled, d.cancelled_tickets, d.cancelled_minor, d.exchanged_minor, d.captured_minor, d.refunded_minor
       from analytics_event_day d join event e on e.event_id = d.event_id
      where ${ownEvents("d", asked)} and ${inPeriod("d.day")}
        and (d.event_id, d.day) > ($5::uuid, $6::date) order by d.event_id, d.day limit $7`,
} as const;

/** Rows of an export, page by page in the order of their keys. */
export async function* exportRows(
  pool: pg.Pool,
  name: keyof typeof TEXTS,
  asked: Asked,
): AsyncGenerator<readonly Row[]> {
  const { scope, eventId, period } = asked;
  const text = TEXTS[name](asked);
  let behind: readonly unknown[] = [FIRST_ID, name === "revenue" ? "-infinity" : FIRST_ID];
  for (;;) {
    const { rows } = await pool.query<Row & { readonly event_id: string; readonly id: string }>({
      text,
      values: [scope, eventId, period?.from ?? null, period?.to ?? null, ...behind, PAGE_ROWS_MAX],
    });
    const last = rows.at(-1);
    if (last === undefined) return;
    yield rows;
    if (rows.length < PAGE_ROWS_MAX) return;
    behind = [last.event_id, last.id];
  }
}
