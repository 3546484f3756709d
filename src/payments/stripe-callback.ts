import Stripe from "stripe";
import { z } from "zod";
import { CallbackForged, CallbackUnreadable } from "./faults.ts";
import type { CallbackHeaders, PaymentResult, ProviderCallback } from "./provider.ts";
import { isOfSession, resultOfIntent, resultOfSession } from "./stripe-results.ts";

const SIGNATURE_AGE_S_MAX = 300;

/** What every event of Stripe's has, looked at before its type says what the object in it is. */
const schema = z.looseObject({
  id: z.string(),
  type: z.string(),
  data: z.looseObject({ object: z.looseObject({ metadata: z.record(z.string(), z.string()).nullish() }) }),
});

/** Verifies a webhook by Stripe's own library, then reads it. */
export function parseStripeCallback(
  secret: string,
  raw: Buffer,
  headers: CallbackHeaders,
  nowMs: number,
): ProviderCallback {
  const signature = headers["stripe-signature"] ?? headers["Stripe-Signature"];
  if (typeof signature !== "string") throw new CallbackForged("the call-back has no signature");
  const event = verified(secret, raw, signature, nowMs);
  const shape = schema.safeParse(event);
  if (!shape.success) throw new CallbackUnreadable("the call-back is no event of Stripe's");
  const { payment_id, booking_id, event_id } = shape.data.data.object.metadata ?? {};
  const { id: objectId } = shape.data.data.object;
  const providerRef = typeof objectId === "string" ? objectId : "";
  // The same account may be used for other things than tickets: what names no payment is none of ours.
  const result = payment_id === undefined ? null : resultOf(event);
  return {
    callbackId: event.id,
    paymentId: payment_id ?? null,
    bookingId: booking_id ?? null,
    eventId: event_id ?? null,
    providerRef: result?.providerRef ?? providerRef,
    result,
  };
}

function verified(secret: string, raw: Buffer, signature: string, nowMs: number): Stripe.Event {
  try {
    return Stripe.webhooks.constructEvent(raw, signature, secret, SIGNATURE_AGE_S_MAX, undefined, nowMs);
  } catch (error) {
    if (error instanceof Stripe.errors.StripeSignatureVerificationError)
      throw new CallbackForged("the signature is missing, wrong or old", { cause: error });
    throw new CallbackUnreadable("the call-back is no JSON, or of a kind that is not subscribed to", {
      cause: error,
    });
  }
}

function resultOf(event: Stripe.Event): PaymentResult | null {
  switch (event.type) {
    case "payment_intent.canceled":
    case "payment_intent.succeeded":
      return resultOfIntent(event.data.object);
    case "payment_intent.amount_capturable_updated":
    case "payment_intent.payment_failed":
      // On Stripe's page the buyer may try again, and the session goes on being what is asked about.
      return isOfSession(event.data.object) ? null : resultOfIntent(event.data.object);
    case "checkout.session.completed":
    case "checkout.session.expired":
      return resultOfSession(event.data.object);
    default:
      return null;
  }
}
