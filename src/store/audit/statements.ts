import { ms } from "../columns.ts";

/** Pages of an event's rows ($1) behind an id ($2), so many ($3); names as in src/audit/ports.ts. */
const PAGE = "event_id = $1 and id > $2 order by id limit $3";

export const BOOKINGS = {
  name: "audit-bookings",
  text: `select id, user_id as "userId", reference, tier, quantity, unit_price_minor as "unitPriceMinor",
                total_minor as "totalMinor", refund_minor as "refundMinor", status, seats,
                ${ms("expires_at")} as "expiresAt", ${ms("held_until")} as "heldUntil", promo_code as "promoCode",
                entry_id as "entryId", payment_id as "paymentId", replaces, refund_status as "refundStatus", issue,
                coalesce(check_ins, '[]') as "checkIns", price_version as "priceVersion"
           from booking where ${PAGE}`,
} as const;

export const SEATS = {
  name: "audit-seats",
  text: `select seat, status, booking_id as "bookingId" from seat_taken
          where event_id = $1 and seat > $2 order by seat limit $3`,
} as const;

export const PAYMENTS = {
  name: "audit-payments",
  text: `select p.id, p.booking_id as "bookingId", p.user_id as "userId", p.provider, p.method,
                p.amount_minor as "amountMinor", p.captured_minor as "capturedMinor",
                p.refund_minor as "refundMinor", p.state, p.is_cancelling as "isCancelling",
                p.result_id as "resultId", ${ms("p.until")} as until,
                r.minor as "refundsMinor", b.minor as "ticketsMinor", b.had as "hadTickets"
           from (select * from payment where ${PAGE}) p,
                lateral (select coalesce(sum(amount_minor), 0)::bigint as minor
                           from refund f where f.event_id = p.event_id and f.payment_id = p.id) r,
                lateral (select coalesce(sum(total_minor) filter (where status = 'confirmed'), 0)::bigint as minor,
                                coalesce(bool_or(status in ('confirmed', 'cancelled')), false) as had
                           from booking b where b.event_id = p.event_id and b.payment_id = p.id) b
          order by p.id`,
} as const;

export const REFUNDS = {
  name: "audit-refunds",
  text: `select id, payment_id as "paymentId", booking_id as "bookingId", amount_minor as "amountMinor", reason,
                state, failure
           from refund where ${PAGE}`,
} as const;

export const ENTRIES = {
  name: "audit-waitlist",
  text: `select id, user_id as "userId", quantity, priority, tiers, offer_id as "offerId", status,
                passed_over as "passedOver", joined_seq as "joinedSeq"
           from waitlist_entry where ${PAGE}`,
} as const;

export const EVENTS = {
  name: "audit-events",
  text: `select event_id as id, number, name from event
          where ($1::uuid is null or event_id = $1) and event_id > $2 order by event_id limit $3`,
} as const;

/**
 * A page of keys behind a digest (hex, $1), so many ($2). A key leads somewhere where it is
 * a refusal, which is its own answer, or is not about an event's mailbox (venues, webhooks, broadcasts), or where its
 * command was decided, or set aside. What is left may still wait.
 */
export const KEYS = {
  name: "audit-keys",
  text: `select encode(k.digest, 'hex') as digest, k.event_id as "eventId", k.command_id as "commandId",
                k.refusal is not null
                or not exists (select 1 from event e where e.event_id = k.event_id)
                or exists (select 1 from ledger l where l.event_id = k.event_id and l.command_id = k.command_id)
                or exists (select 1 from dead_letter d where d.event_id = k.event_id and d.command_id = k.command_id)
                or exists (select 1 from notification_broadcast n where n.id = k.command_id) as leads
           from (select * from idempotency_key where digest > decode($1, 'hex') order by digest limit $2) k
          order by k.digest`,
} as const;
