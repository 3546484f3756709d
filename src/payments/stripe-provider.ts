import Stripe from "stripe";
import { CARD_NUMBER_REFUSED, looksLikeCardNumber } from "./card-numbers.ts";
import { ProviderFault, ProviderRefused } from "./faults.ts";
import type {
  Authorisation,
  CallbackHeaders,
  CheckoutSession,
  PaymentOrder,
  PaymentProvider,
  PaymentResult,
  ProviderCallback,
  RefundOrder,
  RefundResult,
} from "./provider.ts";
import { parseStripeCallback } from "./stripe-callback.ts";
import { StripeIntents } from "./stripe-intents.ts";
import { refundIntent } from "./stripe-refunds.ts";
import { resultOfIntent, resultOfSession } from "./stripe-results.ts";
import { isSessionRef, StripeSessions } from "./stripe-sessions.ts";

/** A charge takes up to five calls: together they stay below a minute. */
const ANSWER_MS_MAX = 10_000;

export interface StripeOptions {
  readonly apiKey: string;
  readonly webhookSecret: string;
  /** Where a buyer comes back to from Stripe's page or the bank's. */
  readonly returnUrl: string;
  /** For a stand-in of Stripe's; default: Stripe itself. */
  readonly host?: string;
  readonly port?: number;
  readonly protocol?: "http" | "https";
  readonly answerMsMax?: number;
  /** Unix ms. */
  readonly now?: () => number;
}

/**
 * Payments by Stripe. Tokens are PaymentMethods (`pm_…`), or card tokens (`tok_…`), made by Stripe.js in the buyer's
 * browser. References are PaymentIntents (`pi_…`), or Checkout Sessions (`cs_…`) until a buyer has paid there.
 * Events to subscribe to: `payment_intent.amount_capturable_updated`, `.canceled`, `.payment_failed`, `.succeeded`,
 * `checkout.session.completed`, `.expired`.
 */
export class StripeProvider implements PaymentProvider {
  readonly name = "stripe";
  readonly #stripe: Stripe;
  readonly #webhookSecret: string;
  readonly #intents: StripeIntents;
  readonly #sessions: StripeSessions;

  constructor(options: StripeOptions) {
    const { apiKey, webhookSecret, returnUrl, host, port, protocol, answerMsMax, now = Date.now } = options;
    this.#stripe = new Stripe(apiKey, {
      // What fails is repeated by the worker, with pauses that grow, not here.
      maxNetworkRetries: 0,
      timeout: answerMsMax ?? ANSWER_MS_MAX,
      telemetry: false,
      ...(host === undefined ? {} : { host }),
      ...(port === undefined ? {} : { port }),
      ...(protocol === undefined ? {} : { protocol }),
    });
    this.#webhookSecret = webhookSecret;
    this.#intents = new StripeIntents(this.#stripe, { returnUrl, now });
    this.#sessions = new StripeSessions(this.#stripe, returnUrl);
  }

  async authorise(order: PaymentOrder, token: string): Promise<Authorisation> {
    const found = await this.#attempt(order, token);
    if (!("object" in found)) return found;
    return found.status === "requires_capture"
      ? { type: "authorised", providerRef: found.id }
      : resultOfIntent(found);
  }

  async capture(providerRef: string, order: PaymentOrder): Promise<PaymentResult> {
    if (isSessionRef(providerRef)) return this.status(providerRef);
    const intent = await this.#intents.find(providerRef);
    return resultOfIntent(await this.#intents.capture(intent, order.paymentId));
  }

  async charge(order: PaymentOrder, token: string): Promise<PaymentResult> {
    const found = await this.#attempt(order, token);
    if (!("object" in found)) return found;
    return resultOfIntent(await this.#intents.capture(found, order.paymentId));
  }

  createSession(order: PaymentOrder): Promise<CheckoutSession> {
    return this.#sessions.create(order);
  }

  async status(providerRef: string): Promise<PaymentResult> {
    return isSessionRef(providerRef)
      ? resultOfSession(await this.#sessions.find(providerRef))
      : resultOfIntent(await this.#intents.find(providerRef));
  }

  async cancel(providerRef: string | null, order: PaymentOrder): Promise<PaymentResult> {
    if (providerRef !== null && isSessionRef(providerRef))
      return resultOfSession(await this.#sessions.expire(providerRef, order.paymentId));
    // A session whose answer was lost was shown to nobody. An intent is found, or made only to be cancelled: a charge
    // that comes later finds it cancelled.
    try {
      const intent =
        providerRef === null
          ? await this.#intents.findOrCreate(order)
          : await this.#intents.find(providerRef);
      return resultOfIntent(await this.#intents.cancel(intent, order.paymentId));
    } catch (error) {
      if (error instanceof ProviderRefused) return { type: "cancelled", providerRef: null };
      throw error;
    }
  }

  async refund(order: RefundOrder): Promise<RefundResult> {
    return refundIntent(this.#stripe, await this.#intentIdOf(order.providerRef), order);
  }

  parseCallback(raw: Buffer, headers: CallbackHeaders, nowMs: number): ProviderCallback {
    return parseStripeCallback(this.#webhookSecret, raw, headers, nowMs);
  }

  async #attempt(order: PaymentOrder, token: string): Promise<Stripe.PaymentIntent | PaymentResult> {
    if (looksLikeCardNumber(token))
      return { type: "declined", providerRef: null, reason: CARD_NUMBER_REFUSED };
    try {
      return await this.#intents.authorise(order, token);
    } catch (error) {
      if (!(error instanceof ProviderRefused)) throw error;
      return { type: "declined", providerRef: null, reason: error.message };
    }
  }

  async #intentIdOf(providerRef: string): Promise<string> {
    if (!isSessionRef(providerRef)) return providerRef;
    const { payment_intent: intent } = await this.#sessions.find(providerRef);
    if (intent === null)
      throw new ProviderFault(`Stripe's session ${providerRef} has no payment`, { isRetryable: false });
    return typeof intent === "string" ? intent : intent.id;
  }
}
