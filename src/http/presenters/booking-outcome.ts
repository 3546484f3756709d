import { type BookingId, referenceOf } from "../../domain/ids.ts";
import { fromMinor } from "../../domain/money.ts";
import type { NewBooking, Outcome, Tickets } from "../../domain/outcome.ts";
import { type Fields, type OutcomeCard, refusalOf, seatIds, tierName } from "./outcome-parts.ts";
import { iso } from "./time.ts";

type OfBooking = Extract<Outcome, { readonly bookingId: BookingId; readonly userId: unknown }>;
/** An outcome about a booking, payments apart. */
export type BookingOutcome = Exclude<OfBooking, { readonly paymentId: unknown; readonly tier?: never }>;

/** What became of a booking. */
export function presentBookingOutcome(outcome: BookingOutcome, card: OutcomeCard): Fields {
  const { bookingId, userId } = outcome;
  const booking = { booking_id: bookingId, booking_reference: referenceOf(bookingId), user_id: userId };
  return { ...booking, ...fieldsOf(outcome, card) };
}

function fieldsOf(outcome: BookingOutcome, card: OutcomeCard): Fields {
  const amount = (minor: number) => fromMinor(minor, card.currency);
  const { currency } = card;
  switch (outcome.type) {
    case "BookingConfirmed": {
      const { wasHeld = false, paymentId = null, replaces = null } = outcome;
      const how = { was_pending: wasHeld, payment_id: paymentId, replaces };
      return { status: "confirmed", ...pricedOf(outcome, card), ...how };
    }
    case "BookingHeld":
      return { status: "pending", ...pricedOf(outcome, card), expires_at: iso(outcome.expiresAt) };
    case "OfferMade": {
      const { entryId: waitlist_id, expiresAt } = outcome;
      return { status: "pending", waitlist_id, ...pricedOf(outcome, card), expires_at: iso(expiresAt) };
    }
    case "HoldExpired":
      return { status: "expired", ...ticketsOf(outcome, card) };
    case "BookingRejected": {
      const isWithdrawn = outcome.reason === "Withdrawn";
      const { quantity } = outcome;
      if (isWithdrawn) return { status: "cancelled", quantity, refund_amount: 0, currency };
      return { status: "rejected", booking_reference: null, quantity, ...refusalOf(outcome, card) };
    }
    case "BookingCancelled": {
      const { refundMinor, by, wasHeld = false } = outcome;
      const how = { refund_amount: amount(refundMinor), currency, cancelled_by: by, was_pending: wasHeld };
      return { status: "cancelled", ...ticketsOf(outcome, card), ...how };
    }
    case "BookingReduced":
      return { ...ticketsOf(outcome, card), refund_amount: amount(outcome.refundMinor), currency };
    case "BookingWithdrawn":
      return {};
    case "BookingTransferred":
      return { to_user_id: outcome.toUserId, quantity: outcome.quantity };
    case "TicketsExchanged": {
      const { from, unitPriceMinor, refundMinor } = outcome;
      const was = { tier: tierName(from.tier, card), seat_ids: seatIds(from.seats, card) };
      const paid = { price: amount(unitPriceMinor), refund_amount: amount(refundMinor), currency };
      return { ...ticketsOf(outcome, card), ...paid, from: was };
    }
    case "TicketCheckedIn":
      return { ticket: outcome.ticket, checked_in_at: iso(outcome.at), checked_in_by: outcome.by };
    default:
      return outcome satisfies never;
  }
}

function ticketsOf({ tier, quantity, seats }: Tickets, card: OutcomeCard): Fields {
  return { tier: tierName(tier, card), quantity, seat_ids: seatIds(seats, card) };
}

function pricedOf(booking: NewBooking, card: OutcomeCard): Fields {
  const { unitPriceMinor, quantity, promoCode = null } = booking;
  return {
    ...ticketsOf(booking, card),
    price: fromMinor(unitPriceMinor, card.currency),
    total_amount: fromMinor(unitPriceMinor * quantity, card.currency),
    currency: card.currency,
    promo_code: promoCode,
  };
}
