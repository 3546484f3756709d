import type { ConfirmBooking } from "../command.ts";
import type { PaymentId } from "../ids.ts";
import type { BookingConfirmed, Decision, PaymentCancelRequested } from "../outcome.ts";
import { versionOf } from "../price-note.ts";
import { type Hold, ticketsOf, type World } from "../state.ts";
import { refuse } from "./refuse.ts";

/** How long a payment may take before its provider is asked to end it; at most so long after the hold was to end. */
export const PAYMENT_TTL_MS = 900_000;

/** Takes a hold where nothing is due, else asks for its payment. No money moves in a turn: the payment is an effect. */
export function confirmBooking({ state, bookings }: World, command: ConfirmBooking, now: number): Decision {
  const { bookingId, userId, payment } = command;
  const held = state.holds.get(bookingId);
  if (held === undefined) return refuseEnded(bookings.get(bookingId), userId);
  if (held.userId !== userId) return refuse("BookingNotFound");
  if (state.status !== "active") return refuse(state.status === "cancelled" ? "EventCancelled" : "EventOver");
  // A page that is merely open gives way to a token. Should the buyer pay there all the same, that money goes back.
  const page = held.payment?.method === "checkout" && payment?.method === "token" ? held.payment : null;
  if (held.payment !== null && page === null)
    return refuse("PaymentUnderWay", { paymentId: held.payment.id });
  if (held.expiresAt <= now) return refuse("BookingExpired");
  const ending = page === null || page.isCancelling ? [] : [endOf(page.id, held)];
  const amountMinor = held.unitPriceMinor * held.quantity;
  if (!state.requiresPayment || amountMinor === 0) {
    return payment?.method === "checkout" ? refuse("NothingToPay") : [confirmed(held), ...ending];
  }
  if (payment === null) return refuse("PaymentRequired", { totalMinor: amountMinor });
  return [
    {
      type: "PaymentRequested",
      paymentId: command.id,
      bookingId,
      userId,
      ...payment,
      amountMinor,
      resultId: command.resultId,
      expiresAt: Math.max(held.expiresAt, Math.min(now, held.heldUntil) + PAYMENT_TTL_MS),
    },
    ...ending,
  ];
}

/** The provider is to end a payment one way or the other. */
export function endOf(paymentId: PaymentId, { id: bookingId, userId }: Hold): PaymentCancelRequested {
  return { type: "PaymentCancelRequested", paymentId, bookingId, userId };
}

function refuseEnded(
  booking: ReturnType<World["bookings"]["get"]>,
  userId: ConfirmBooking["userId"],
): Decision {
  if (booking === undefined || booking.userId !== userId) return refuse("BookingNotFound");
  switch (booking.status) {
    case "confirmed":
      return refuse("AlreadyConfirmed");
    case "expired":
      return refuse("BookingExpired");
    case "cancelled":
      return refuse("AlreadyCancelled", { refundMinor: booking.refundMinor, quantity: booking.quantity });
    default:
      return booking.status satisfies never;
  }
}

/** A hold becomes a booking with the tickets it has. */
export function confirmed(held: Hold): BookingConfirmed {
  const { unitPriceMinor, priceVersion, promoCode } = held;
  return {
    type: "BookingConfirmed",
    ...ticketsOf(held),
    unitPriceMinor,
    ...versionOf(priceVersion),
    ...(promoCode === null ? {} : { promoCode }),
    wasHeld: true,
  };
}
