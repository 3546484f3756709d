import { anySeats } from "../any-seats.ts";
import type { RecordPayment, RecordRefund } from "../command.ts";
import type { BookingConfirmed, Decision, PaymentCaptured, RefundOwed } from "../outcome.ts";
import { versionOf } from "../price-note.ts";
import { isUsedUp } from "../promo-code.ts";
import { seatsFree } from "../seat-map.ts";
import { availableIn, type Booking, type Payment, type Tier, type World } from "../state.ts";
import { confirmed, PAYMENT_TTL_MS } from "./confirm-booking.ts";
import { limitRefusal } from "./door.ts";
import { refuse } from "./refuse.ts";
import { isKeptForHead, passedOver } from "./stock.ts";

/** After a payment that failed the hold stands at least this long, for another try; but not for ever. */
export const RETRY_TTL_MS = 60_000;

/** Takes note of what a provider says. Reports may come twice, late and in any order; money is never kept for nothing. */
export function recordPayment(world: World, command: RecordPayment, now: number): Decision {
  const payment = world.payments.get(command.paymentId);
  if (payment === undefined || payment.bookingId !== command.bookingId) return refuse("PaymentUnknown");
  const { result } = command;
  if (payment.state === "captured") return refuse("PaymentSettled");
  if (result.type === "captured") return captured(world, command, payment, result.amountMinor);
  if (payment.state === "failed") return refuse("PaymentSettled");
  const { id: paymentId, bookingId, userId } = payment;
  if (result.type === "open") return [{ type: "PaymentOpened", paymentId, bookingId, userId }];
  const held = world.state.holds.get(bookingId);
  const isCancelled = result.type === "cancelled";
  const latest = (held?.heldUntil ?? 0) + PAYMENT_TTL_MS;
  const retryUntil = isCancelled ? 0 : Math.min(now, latest) + RETRY_TTL_MS;
  return [
    {
      type: "PaymentFailed",
      paymentId,
      bookingId,
      userId,
      reason: isCancelled ? "the payment was cancelled" : result.reason,
      isCancelled,
      expiresAt: held?.payment?.id === paymentId ? Math.max(held.expiresAt, retryUntil) : null,
    },
  ];
}

function captured(world: World, command: RecordPayment, payment: Payment, amountMinor: number): Decision {
  const { id: paymentId, bookingId, userId } = payment;
  const capture: PaymentCaptured = { type: "PaymentCaptured", paymentId, bookingId, userId, amountMinor };
  const ticket = amountMinor === payment.amountMinor ? ticketFor(world, command, payment) : null;
  if (ticket !== null) return [{ ...ticket, paymentId }, capture];
  const refund: RefundOwed = {
    type: "RefundOwed",
    refundId: command.id,
    paymentId,
    bookingId,
    userId,
    amountMinor,
    reason: "late",
  };
  return [capture, refund];
}

/** The ticket that captured money buys: the hold's own or, where it has lapsed, one like it. */
function ticketFor(
  world: World,
  { id, bookingId }: RecordPayment,
  { id: paymentId }: Payment,
): BookingConfirmed | null {
  const { state } = world;
  if (state.status !== "active") return null;
  const held = state.holds.get(bookingId);
  if (held !== undefined) {
    return held.payment === null || held.payment.id === paymentId ? confirmed(held) : null;
  }
  const lapsed = world.bookings.get(bookingId);
  // Of several payments that come late, one buys tickets.
  return lapsed?.status === "expired" && lapsed.paymentId === null ? seatedAgain(world, lapsed, id) : null;
}

/** The same tickets, or others of the same tier, for a buyer whose hold lapsed before the money came. */
function seatedAgain(world: World, lapsed: Booking, id: RecordPayment["id"]): BookingConfirmed | null {
  const { state } = world;
  const { id: replaces, userId, tier, quantity, unitPriceMinor, priceVersion, promoCode } = lapsed;
  const wanted = state.tiers[tier] as Tier;
  if (isKeptForHead(state, tier, userId) || availableIn(wanted) < quantity) return null;
  if (promoCode !== null && isUsedUp(state.promoCodes.get(promoCode))) return null;
  if (limitRefusal(world, { userId, quantity }) !== null) return null;
  const seats = seatsAgain(world, lapsed);
  if (lapsed.seats !== null && seats === null) return null;
  return {
    type: "BookingConfirmed",
    bookingId: id,
    userId,
    tier,
    quantity,
    ...(seats === null ? {} : { seats }),
    unitPriceMinor,
    ...versionOf(priceVersion),
    ...(promoCode === null ? {} : { promoCode }),
    ...passedOver(state, tier, userId),
    replaces,
  };
}

function seatsAgain({ state }: World, { seats, quantity, tier }: Booking): readonly number[] | null {
  if (seats === null || state.seatMap === null) return null;
  return seatsFree(state.seatMap, seats) ? seats : anySeats(state.seatMap, { quantity, tier });
}

export function recordRefund({ payments }: World, command: RecordRefund): Decision {
  const { refundId, paymentId, bookingId, result } = command;
  const payment = payments.get(paymentId);
  // The booking may be another one than was to be paid: a late payment made it.
  if (payment === undefined) return refuse("PaymentUnknown");
  const failure = result.type === "failed" ? result.reason : null;
  return [
    {
      type: "RefundSettled",
      refundId,
      paymentId,
      bookingId,
      userId: payment.userId,
      amountMinor: command.amountMinor,
      failure,
    },
  ];
}
