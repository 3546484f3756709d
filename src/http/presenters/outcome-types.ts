import type { Outcome } from "../../domain/outcome.ts";

/** The names under which outcomes are told; endpoints choose by them. */
const TYPE_OF = {
  EventCreated: "event.created",
  EventChanged: "event.changed",
  EventCancelled: "event.cancelled",
  EventCompleted: "event.completed",
  SaleOpened: "sale.opened",
  SaleClosed: "sale.closed",
  SalePaused: "sale.paused",
  SaleResumed: "sale.resumed",
  SeatsBlocked: "seats.blocked",
  SeatsReleased: "seats.released",
  PromoCodeAdded: "promo_code.added",
  BookingHeld: "booking.pending",
  BookingConfirmed: "booking.confirmed",
  BookingRejected: "booking.rejected",
  BookingCancelled: "booking.cancelled",
  BookingReduced: "booking.reduced",
  BookingWithdrawn: "booking.withdrawn",
  BookingTransferred: "booking.transferred",
  TicketsExchanged: "booking.exchanged",
  HoldExpired: "booking.expired",
  TicketCheckedIn: "ticket.checked_in",
  PaymentRequested: "payment.requested",
  PaymentOpened: "payment.opened",
  PaymentCaptured: "payment.captured",
  PaymentFailed: "payment.failed",
  PaymentCancelRequested: "payment.cancel_requested",
  RefundOwed: "refund.owed",
  RefundSettled: "refund.settled",
  WaitlistJoined: "waitlist.joined",
  WaitlistLeft: "waitlist.left",
  WaitlistProcessed: "waitlist.processed",
  WaitlistToContinue: "waitlist.to_be_continued",
  OfferMade: "waitlist.promoted",
  CommandRefused: "command.refused",
} as const satisfies Record<Outcome["type"], string>;

const REFUND_FAILED = "refund.failed";

export const OUTCOME_TYPES: readonly string[] = [...Object.values(TYPE_OF), REFUND_FAILED].sort();

/** The name that an outcome is told under. */
export function outcomeTypeOf(outcome: Outcome): string {
  if (outcome.type === "RefundSettled" && outcome.failure !== null) return REFUND_FAILED;
  // Who took a request back while it was in line has cancelled it: that is how a GET shows it, too.
  if (outcome.type === "BookingRejected" && outcome.reason === "Withdrawn") return TYPE_OF.BookingCancelled;
  return TYPE_OF[outcome.type];
}
