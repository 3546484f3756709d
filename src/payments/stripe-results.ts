import type Stripe from "stripe";
import type { PaymentOrder, PaymentResult } from "./provider.ts";
import { fromStripeAmount } from "./stripe-amounts.ts";

/** Where a payment is made: by a token that was sent here, or on Stripe's own page, where the buyer may try again. */
export type Channel = "token" | "session";

/** What ties an object at Stripe to a payment here. */
export function metadataOf(order: PaymentOrder, channel: Channel) {
  const { paymentId, bookingId, eventId } = order;
  return { payment_id: paymentId, booking_id: bookingId, event_id: eventId, channel };
}

export const isOfSession = (intent: Stripe.PaymentIntent): boolean => intent.metadata.channel === "session";

/** How a PaymentIntent stands. */
export function resultOfIntent(intent: Stripe.PaymentIntent): PaymentResult {
  const providerRef = intent.id;
  switch (intent.status) {
    case "succeeded": {
      const amountMinor = fromStripeAmount(intent.amount_received, intent.currency);
      return { type: "captured", providerRef, amountMinor };
    }
    case "canceled":
      return { type: "cancelled", providerRef };
    case "requires_action":
      return challengeOf(intent);
    case "requires_payment_method":
      return failureOf(intent);
    default:
      // Processed, or authorised and to be captured; and what a later version of Stripe's API may add is undecided.
      return { type: "pending", providerRef };
  }
}

function challengeOf(intent: Stripe.PaymentIntent): PaymentResult {
  const url = intent.next_action?.redirect_to_url?.url ?? null;
  if (url === null || isOfSession(intent)) return { type: "pending", providerRef: intent.id };
  return { type: "challenge", providerRef: intent.id, url };
}

/** An intent that never was attempted, or that the buyer may attempt again on Stripe's page, is undecided. */
function failureOf(intent: Stripe.PaymentIntent): PaymentResult {
  const error = intent.last_payment_error;
  if (error === null || isOfSession(intent)) return { type: "pending", providerRef: intent.id };
  return { type: "declined", providerRef: intent.id, reason: error.message ?? DECLINED };
}

export const DECLINED = "The payment was declined";

/** How a Checkout Session stands; its intent expanded, or named, or not made yet. */
export function resultOfSession(session: Stripe.Checkout.Session): PaymentResult {
  const { id, payment_intent: intent, status, payment_status, amount_total, currency } = session;
  if (status === "expired") return { type: "cancelled", providerRef: id };
  if (intent !== null && typeof intent === "object") {
    const result = resultOfIntent(intent);
    // Only the session can be closed: its intent gets a reference here when it has been paid.
    return result.type === "captured" ? result : { ...result, providerRef: id };
  }
  if (payment_status !== "paid" || amount_total === null || currency === null)
    return { type: "pending", providerRef: id };
  const amountMinor = fromStripeAmount(amount_total, currency);
  return { type: "captured", providerRef: intent ?? id, amountMinor };
}
