import type Stripe from "stripe";
import { ProviderRefused } from "./faults.ts";
import type { RefundOrder, RefundResult } from "./provider.ts";
import { toStripeAmount } from "./stripe-amounts.ts";
import { asked, refundRefusalOf } from "./stripe-faults.ts";
import { keyOf } from "./stripe-intents.ts";

const PAGE_SIZE = 100;

/**
 * Refunds a captured intent, once for each refund id however long ago it was first asked: Stripe forgets idempotency
 * keys after a day, so its list of the intent's refunds is read first.
 */
export async function refundIntent(
  stripe: Stripe,
  intentId: string,
  order: RefundOrder,
): Promise<RefundResult> {
  const earlier = await findRefund(stripe, intentId, order.refundId);
  if (earlier !== null) return resultOf(earlier);
  try {
    const params = {
      payment_intent: intentId,
      amount: toStripeAmount(order.amountMinor, order.currency),
      metadata: { refund_id: order.refundId, payment_id: order.paymentId },
    };
    const idempotencyKey = keyOf(order.paymentId, `refund:${order.refundId}`);
    return resultOf(await stripe.refunds.create(params, { idempotencyKey }));
  } catch (error) {
    // What cannot be expressed will not be the next time either: a person has to pay it back in another way.
    if (error instanceof ProviderRefused) return { type: "failed", reason: error.message };
    const reason = refundRefusalOf(error);
    return reason === null ? asked(() => Promise.reject(error)) : { type: "failed", reason };
  }
}

function findRefund(stripe: Stripe, intentId: string, refundId: string): Promise<Stripe.Refund | null> {
  return asked(async () => {
    for await (const refund of stripe.refunds.list({ payment_intent: intentId, limit: PAGE_SIZE }))
      if (refund.metadata?.refund_id === refundId) return refund;
    return null;
  });
}

function resultOf(refund: Stripe.Refund): RefundResult {
  const { id, status, failure_reason } = refund;
  if (status === "succeeded") return { type: "refunded", refundRef: id };
  if (status === "failed" || status === "canceled")
    return { type: "failed", reason: `Stripe did not refund: ${failure_reason ?? status}` };
  return { type: "pending" };
}
