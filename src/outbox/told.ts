import { referenceOf } from "../domain/ids.ts";
import { decimalsOf, fromMinor } from "../domain/money.ts";
import type { Outcome } from "../domain/outcome.ts";
import type { Facts, ToldKind } from "../notifications/words.ts";

/** What people are told, by the outcome that tells it. */
const KIND_OF = {
  BookingConfirmed: "booking_confirmed",
  BookingHeld: "booking_pending",
  BookingCancelled: "booking_cancelled",
  BookingReduced: "booking_reduced",
  HoldExpired: "booking_expired",
  BookingTransferred: "booking_transferred",
  TicketsExchanged: "tickets_exchanged",
  PaymentFailed: "payment_failed",
  RefundSettled: "refund_settled",
  RefundOwed: "refund_owed",
  WaitlistJoined: "waitlist_joined",
  WaitlistLeft: "waitlist_left",
  OfferMade: "waitlist_promoted",
} as const satisfies Partial<Record<Outcome["type"], ToldKind>>;

/** Outcomes that somebody is told. */
export type Told = Extract<Outcome, { readonly type: keyof typeof KIND_OF }>;

export function isTold(outcome: Outcome): outcome is Told {
  return outcome.type in KIND_OF;
}

/** Null where the person knows already: they asked for it, or the cancellation itself tells of its refund. */
export function kindOf(outcome: Told): ToldKind | null {
  if (outcome.type === "RefundSettled" && outcome.failure !== null) return "refund_failed";
  if (outcome.type === "RefundOwed" && outcome.reason !== "late") return null;
  if (outcome.type === "WaitlistLeft" && outcome.why === "asked") return null;
  if (outcome.type === "BookingCancelled" && outcome.by === "event") return "event_cancelled";
  return KIND_OF[outcome.type];
}

/** What of an event the words need. */
export interface EventCard {
  readonly name: string;
  /** ISO 4217. */
  readonly currency: string;
}

/** As the API shows it. */
export function dataOf(outcome: Told, { name, currency }: EventCard): Readonly<Record<string, unknown>> {
  const event = { event_name: name };
  if (outcome.type === "WaitlistJoined") {
    return { waitlist_id: outcome.entryId, quantity: outcome.quantity, ...event };
  }
  if (outcome.type === "WaitlistLeft") return { waitlist_id: outcome.entryId, reason: outcome.why, ...event };
  const { bookingId } = outcome;
  const { total, refund } = amountsOf(outcome);
  return {
    booking_id: bookingId,
    booking_reference: referenceOf(bookingId),
    ...event,
    ...("quantity" in outcome ? { quantity: outcome.quantity } : {}),
    ...(total === null ? {} : { total_amount: fromMinor(total, currency), currency }),
    ...(refund === null ? {} : { refund_amount: fromMinor(refund, currency), currency }),
    ...("expiresAt" in outcome && outcome.expiresAt !== null
      ? { expires_at: new Date(outcome.expiresAt).toISOString() }
      : {}),
    ...(outcome.type === "OfferMade" ? { waitlist_id: outcome.entryId } : {}),
    ...(outcome.type === "PaymentFailed" ? { reason: outcome.reason } : {}),
  };
}

export function factsOf(outcome: Told, userId: string, { name, currency }: EventCard): Facts {
  const { total, refund } = amountsOf(outcome);
  const quantity = "quantity" in outcome ? outcome.quantity : 0;
  return {
    event: name,
    reference: "bookingId" in outcome ? referenceOf(outcome.bookingId) : "",
    tickets: quantity === 1 ? "1 ticket" : `${quantity} tickets`,
    are: quantity === 1 ? "is" : "are",
    total: priceOf(total ?? 0, currency),
    refund: refund === null || refund === 0 ? null : priceOf(refund, currency),
    until: "expiresAt" in outcome && outcome.expiresAt !== null ? minuteOf(outcome.expiresAt) : "",
    reason: "reason" in outcome ? outcome.reason : "",
    isGiver: outcome.userId === userId,
  };
}

function amountsOf(outcome: Told): { readonly total: number | null; readonly refund: number | null } {
  const total =
    "unitPriceMinor" in outcome && "quantity" in outcome ? outcome.unitPriceMinor * outcome.quantity : null;
  if ("refundMinor" in outcome) return { total, refund: outcome.refundMinor };
  return { total, refund: "amountMinor" in outcome ? outcome.amountMinor : null };
}

function priceOf(minor: number, currency: string): string {
  return minor === 0 ? "free" : `${fromMinor(minor, currency).toFixed(decimalsOf(currency))} ${currency}`;
}

/** `2026-04-01 19:30 UTC`. */
function minuteOf(ms: number): string {
  return `${new Date(ms).toISOString().slice(0, 16).replace("T", " ")} UTC`;
}
