import type { BookingId, CommandId, EventId, PaymentId, UserId } from "../../domain/ids.ts";
import type { Booking, Payment } from "../../domain/state.ts";
import type { ColdRequest, ColdRows } from "../../engine/ports.ts";
import type { Queryable } from "../database.ts";

/** Reads the rows that one turn's commands name: one query per kind, none where nothing is asked. */
export async function prefetchRows(tx: Queryable, request: ColdRequest): Promise<ColdRows> {
  const { eventId, bookingIds, paymentIds, ticketsOf, confirmedMax } = request;
  const [named, swept, rejected] = await Promise.all([
    bookingIds.length > 0 ? bookingsById(tx, eventId, bookingIds) : [],
    confirmedMax > 0 ? confirmedBookings(tx, eventId, confirmedMax) : [],
    bookingIds.length > 0 ? rejectedAmong(tx, eventId, bookingIds) : [],
  ]);
  const bookings = [...named, ...swept];
  // A ticket that was bought late has the payment of the booking it replaces.
  const paid = bookings.flatMap(({ paymentId }) => paymentId ?? []);
  const payments = [...new Set([...paymentIds, ...paid])];
  // Whoever paid may get a ticket by it, which counts against what they may have.
  const persons = [...new Set([...ticketsOf, ...named.map(({ userId }) => userId)])];
  const [ofPayments, tickets] = await Promise.all([
    payments.length > 0 ? paymentsById(tx, eventId, payments) : [],
    ticketsOf.length + paymentIds.length > 0 ? ticketsByUser(tx, eventId, persons) : [],
  ]);
  return { bookings, payments: ofPayments, rejected, tickets };
}

/** Live holds are in the actor's state; here is only what no longer, or never, was one. */
const BOOKING = `select id, user_id as "userId", tier, quantity, seats, unit_price_minor as "unitPriceMinor", status,
  refund_minor as "refundMinor", payment_id as "paymentId", promo_code as "promoCode",
  price_version as "priceVersion", issue, coalesce(check_ins, '[]') as "checkIns"
  from booking where event_id = $1 and status <> 'pending'`;

async function bookingsById(tx: Queryable, eventId: EventId, ids: readonly BookingId[]): Promise<Booking[]> {
  const text = `${BOOKING} and id = any($2::uuid[])`;
  const { rows } = await tx.query<Booking>({ name: "booking-by-id", text, values: [eventId, ids] });
  return rows;
}

async function confirmedBookings(tx: Queryable, eventId: EventId, countMax: number): Promise<Booking[]> {
  const text = `${BOOKING} and status = 'confirmed' order by id limit $2`;
  const { rows } = await tx.query<Booking>({ name: "booking-confirmed", text, values: [eventId, countMax] });
  return rows;
}

async function rejectedAmong(
  tx: Queryable,
  eventId: EventId,
  ids: readonly BookingId[],
): Promise<BookingId[]> {
  const { rows } = await tx.query<{ id: BookingId }>({
    name: "ledger-rejected",
    text: `select command_id as id from ledger
            where event_id = $1 and command_id = any($2::uuid[]) and type in ('BookingRejected', 'WaitlistJoined')`,
    values: [eventId, ids],
  });
  return rows.map(({ id }) => id);
}

async function paymentsById(tx: Queryable, eventId: EventId, ids: readonly PaymentId[]): Promise<Payment[]> {
  const { rows } = await tx.query<Payment>({
    name: "payment-cold",
    text: `select id, booking_id as "bookingId", user_id as "userId", amount_minor as "amountMinor", state,
                  captured_minor as "capturedMinor", refund_minor as "refundMinor"
             from payment where event_id = $1 and id = any($2::uuid[])`,
    values: [eventId, ids],
  });
  return rows;
}

async function ticketsByUser(
  tx: Queryable,
  eventId: EventId,
  userIds: readonly UserId[],
): Promise<{ userId: UserId; quantity: number }[]> {
  const { rows } = await tx.query<{ userId: UserId; quantity: number }>({
    name: "booking-tickets",
    text: `select user_id as "userId", sum(quantity) as quantity from booking
            where user_id = any($2::uuid[]) and event_id = $1 and status in ('confirmed', 'pending') group by user_id`,
    values: [eventId, userIds],
  });
  return rows;
}

/** Which of these commands the ledger of this event already holds. */
export async function decidedAmong(
  tx: Queryable,
  eventId: EventId,
  ids: readonly CommandId[],
): Promise<Set<CommandId>> {
  const { rows } = await tx.query<{ id: CommandId }>(
    "select command_id as id from ledger where event_id = $1 and command_id = any($2::uuid[])",
    [eventId, ids],
  );
  return new Set(rows.map(({ id }) => id));
}
