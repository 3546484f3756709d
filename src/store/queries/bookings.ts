import type { BookingId, EventId } from "../../domain/ids.ts";
import type { BookingView } from "../../domain/views.ts";
import { ms } from "../columns.ts";
import type { Queryable } from "../database.ts";

const BOOKED = `select b.id, b.event_id as "eventId", b.user_id as "userId", b.status, b.reference, t.name as tier,
    b.quantity, b.unit_price_minor as "unitPriceMinor", b.price_version as "priceVersion", b.total_minor as "totalMinor",
    case when b.refund_status is null then b.refund_minor else greatest(b.refund_minor,
      (select coalesce(sum(r.amount_minor), 0) from refund r
        where r.event_id = b.event_id and r.booking_id = b.id))::bigint end as "refundMinor", b.refund_status as "refundStatus", b.seats,
    ${ms("case when b.status = 'pending' then greatest(b.expires_at, p.until) end")} as "expiresAt",
    b.promo_code as "promoCode", b.entry_id as "waitlistId", b.replaces, b.issue,
    coalesce(b.check_ins, '[]') as "checkIns", null::text as reason, null::json as facts,
    ${ms("b.created_at")} as "createdAt", ${ms("b.updated_at")} as "updatedAt",
    e.currency, e.number as "eventNumber", e.name as "eventName", e.venue, ${ms("e.starts_at")} as "startsAt", null as line
  from booking b join event e using (event_id)
  join tier t on t.event_id = b.event_id and t.position = b.tier
  left join payment p on p.event_id = b.event_id and p.id = b.payment_id and p.state = 'open'`;

/** A request that was decided without becoming a booking; its creation time stands in its id. */
const REFUSED = `select l.command_id as id, l.event_id as "eventId", (l.command->>'userId')::uuid as "userId",
    case when l.type = 'WaitlistJoined' then 'waitlisted'
         when l.outcomes->0->>'reason' = 'Withdrawn' then 'cancelled' else 'rejected' end as status,
    null::text as reference, l.command->>'tier' as tier, (l.command->>'quantity')::integer as quantity,
    null::bigint as "unitPriceMinor", null::integer as "priceVersion", null::bigint as "totalMinor", 0::bigint as "refundMinor",
    null::text as "refundStatus", null::integer[] as seats, null::bigint as "expiresAt", l.command->>'promoCode' as "promoCode",
    case when l.type = 'WaitlistJoined' then l.command_id end as "waitlistId", null::uuid as replaces, 1::smallint as issue, '[]'::jsonb as "checkIns",
    l.outcomes->0->>'reason' as reason, l.outcomes->0->'facts' as facts,
    ${ms("uuid_extract_timestamp(l.command_id)")} as "createdAt", ${ms("l.decided_at")} as "updatedAt",
    e.currency, e.number as "eventNumber", e.name as "eventName", e.venue, ${ms("e.starts_at")} as "startsAt", null as line
  from ledger l join event e using (event_id)
  where (l.type = 'BookingRejected' or (l.type = 'WaitlistJoined' and l.command->>'type' = 'BookTickets'))`;

/** A decided booking or request, confirmed or not; null where it was never asked for or is still in line. */
export async function decidedBooking(
  db: Queryable,
  eventId: EventId,
  id: BookingId,
): Promise<BookingView | null> {
  const { rows } = await db.query<BookingView>({
    name: "booking-decided",
    text: `${BOOKED} where b.event_id = $1 and b.id = $2
           union all (${REFUSED} and l.event_id = $1 and l.command_id = $2)`,
    values: [eventId, id],
  });
  return rows[0] ?? null;
}

/** Whether a cancellation overtook this request, which is still in line. */
export async function isWithdrawn(db: Queryable, eventId: EventId, id: BookingId): Promise<boolean> {
  const { rowCount } = await db.query({
    name: "booking-withdrawn",
    text: "select 1 from withdrawal where event_id = $1 and booking_id = $2",
    values: [eventId, id],
  });
  return rowCount === 1;
}

/** All bookings that read out the same reference: one, but for a chance of 2⁻⁶⁰ a pair. */
export async function bookingsByReference(db: Queryable, reference: string): Promise<BookingView[]> {
  const { rows } = await db.query<BookingView>({
    name: "booking-by-reference",
    text: `${BOOKED} where b.reference = $1`,
    values: [reference],
  });
  return rows;
}

interface Page {
  readonly status: "pending" | "confirmed" | "cancelled" | "expired" | null;
  readonly limit: number;
  readonly offset: number;
}

/** A page of a person's bookings, newest first, and how many there are in all. */
export function bookingsOfUser(
  db: Queryable,
  { userId, ...page }: Page & { readonly userId: string },
): Promise<{ readonly bookings: BookingView[]; readonly total: number }> {
  return pageOf(db, "user", userId, page);
}

/** A page of an event's bookings, newest first, and how many there are in all. */
export function bookingsOfEvent(
  db: Queryable,
  { eventId, ...page }: Page & { readonly eventId: string },
): Promise<{ readonly bookings: BookingView[]; readonly total: number }> {
  return pageOf(db, "event", eventId, page);
}

async function pageOf(
  db: Queryable,
  owner: "user" | "event",
  id: string,
  { status, limit, offset }: Page,
): Promise<{ readonly bookings: BookingView[]; readonly total: number }> {
  const filter = `where b.${owner}_id = $1 and ($2::text is null or b.status = $2)`;
  const [rows, count] = await Promise.all([
    db.query<BookingView>({
      name: `booking-of-${owner}`,
      text: `${BOOKED} ${filter} order by b.id desc limit $3 offset $4`,
      values: [id, status, limit, offset],
    }),
    db.query<{ total: number }>({
      name: `booking-of-${owner}-count`,
      text: `select count(*) as total from booking b ${filter}`,
      values: [id, status],
    }),
  ]);
  return { bookings: rows.rows, total: count.rows[0]?.total ?? 0 };
}

/** How many booking envelopes of an event were decided so far, and how fast, for places in line. */
export async function progressOf(
  db: Queryable,
  eventId: EventId,
): Promise<{ readonly bookingsDecided: number; readonly decidedPerSecond: number | null }> {
  const { rows } = await db.query<{ bookingsDecided: number; decidedPerSecond: number | null }>({
    name: "actor-progress",
    text: `select bookings_decided as "bookingsDecided", decided_per_s as "decidedPerSecond"
             from actor where event_id = $1`,
    values: [eventId],
  });
  return rows[0] ?? { bookingsDecided: 0, decidedPerSecond: null };
}
