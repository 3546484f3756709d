import type Stripe from "stripe";
import { referenceOf, timeOf } from "../domain/ids.ts";
import { ProviderFault } from "./faults.ts";
import type { CheckoutSession, PaymentOrder } from "./provider.ts";
import { toStripeAmount } from "./stripe-amounts.ts";
import { asked, askedToMake } from "./stripe-faults.ts";
import { keyOf } from "./stripe-intents.ts";
import { metadataOf } from "./stripe-results.ts";

/** Stripe keeps a session open for half an hour at least. */
const OPEN_MS_MIN = 31 * 60_000;
/** And for a day at most. */
const OPEN_MS_MAX = 23.5 * 3_600_000;

export const isSessionRef = (providerRef: string): boolean => providerRef.startsWith("cs_");

/** Checkout Sessions: pages of Stripe's where the buyer pays by card. They capture at once. */
export class StripeSessions {
  readonly #stripe: Stripe;
  readonly #returnUrl: string;

  constructor(stripe: Stripe, returnUrl: string) {
    this.#stripe = stripe;
    this.#returnUrl = returnUrl;
  }

  async create(order: PaymentOrder): Promise<CheckoutSession> {
    const options = { idempotencyKey: keyOf(order.paymentId, "session") };
    const session = await askedToMake(async () =>
      this.#stripe.checkout.sessions.create(this.#paramsOf(order), options),
    );
    const { id, url, client_secret } = session;
    if (url === null) throw new ProviderFault(`Stripe gave session ${id} no page`, { isRetryable: false });
    return { providerRef: id, checkoutUrl: url, clientSecret: client_secret ?? null };
  }

  /** Nothing in it that an organiser or the clock changes: under the same key only the same parameters are taken. */
  #paramsOf(order: PaymentOrder): Stripe.Checkout.SessionCreateParams {
    const metadata = metadataOf(order, "session");
    const description = `Booking ${referenceOf(order.bookingId)}`;
    const price_data = {
      currency: order.currency.toLowerCase(),
      unit_amount: toStripeAmount(order.amountMinor, order.currency),
      product_data: { name: description },
    };
    return {
      mode: "payment",
      allowed_payment_method_types: ["card"],
      line_items: [{ quantity: 1, price_data }],
      client_reference_id: order.paymentId,
      metadata,
      payment_intent_data: { metadata, description },
      success_url: this.#returnUrl,
      cancel_url: this.#returnUrl,
      expires_at: closesAtOf(order),
    };
  }

  find(id: string): Promise<Stripe.Checkout.Session> {
    return asked(() => this.#stripe.checkout.sessions.retrieve(id, { expand: ["payment_intent"] }));
  }

  /** Closes the page. One that the buyer completed meanwhile stays as it is. */
  async expire(id: string, paymentId: string): Promise<Stripe.Checkout.Session> {
    const session = await this.find(id);
    if (session.status !== "open") return session;
    const options = { idempotencyKey: keyOf(paymentId, "expire") };
    try {
      await this.#stripe.checkout.sessions.expire(id, {}, options);
    } catch (error) {
      const now = await this.find(id);
      return now.status === "open" ? asked(() => Promise.reject(error)) : now;
    }
    return this.find(id);
  }
}

/**
 * When a session closes of its own accord, in Unix seconds: counted from the end of the hold and the making of the
 * payment, not from now. `cancel` closes it sooner.
 */
function closesAtOf({ paymentId, expiresAt }: PaymentOrder): number {
  const askedAt = timeOf(paymentId);
  const closesAt = Math.min(expiresAt + OPEN_MS_MIN, askedAt + OPEN_MS_MAX);
  return Math.ceil(Math.max(closesAt, askedAt + OPEN_MS_MIN) / 1_000);
}
