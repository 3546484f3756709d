import { createHash } from "node:crypto";
import type Stripe from "stripe";
import { timeOf } from "../domain/ids.ts";
import { ProviderFault, ProviderRefused } from "./faults.ts";
import type { PaymentOrder, PaymentResult } from "./provider.ts";
import { toStripeAmount } from "./stripe-amounts.ts";
import { asked, askedToMake, declineReasonOf, isStateConflict } from "./stripe-faults.ts";
import { metadataOf } from "./stripe-results.ts";

/** Stripe keeps them for a day; after that a repeated request is a new one. */
export const keyOf = (paymentId: string, step: string): string => `evently:${paymentId}:${step}`;

/** So long after a payment was asked for, Stripe is sure to know the key that its intent was made under. */
const KEY_MS_MAX = 23 * 3_600_000;
/** Stripe's search knows of an intent after an hour at the latest; another one is for clocks that differ. */
const SEARCH_BEHIND_MS_MAX = 2 * 3_600_000;

/**
 * PaymentIntents: one for each payment, whatever is tried to pay it with, so that Stripe itself captures at most once.
 * Every write has an idempotency key made of the payment's id; before it is repeated, Stripe is asked how things stand,
 * because a repeated key gives the first answer, not the present one.
 */
export class StripeIntents {
  readonly #stripe: Stripe;
  readonly #returnUrl: string;
  readonly #now: () => number;

  constructor(stripe: Stripe, options: { readonly returnUrl: string; readonly now: () => number }) {
    this.#stripe = stripe;
    this.#returnUrl = options.returnUrl;
    this.#now = options.now;
  }

  find(id: string): Promise<Stripe.PaymentIntent> {
    return asked(() => this.#stripe.paymentIntents.retrieve(id));
  }

  /**
   * The intent of a payment as it stands now; made where there is none.
   * @throws ProviderRefused: there is none, and none can be made.
   */
  async findOrCreate(order: PaymentOrder): Promise<Stripe.PaymentIntent> {
    const ageMs = this.#now() - timeOf(order.paymentId);
    if (ageMs >= KEY_MS_MAX) return this.#findOld(order.paymentId, ageMs);
    const created = await askedToMake(async () =>
      this.#stripe.paymentIntents.create(
        {
          amount: toStripeAmount(order.amountMinor, order.currency),
          currency: order.currency.toLowerCase(),
          capture_method: "manual",
          allowed_payment_method_types: ["card"],
          // Nothing that an organiser can change: under the same key only the same parameters are taken.
          description: `Booking ${order.bookingId}`,
          metadata: metadataOf(order, "token"),
        },
        { idempotencyKey: keyOf(order.paymentId, "create") },
      ),
    );
    const isOld = created.lastResponse.headers["idempotent-replayed"] === "true";
    return isOld ? this.find(created.id) : created;
  }

  /** When its key may be forgotten no intent is made any more: it might be a second one. */
  async #findOld(paymentId: string, ageMs: number): Promise<Stripe.PaymentIntent> {
    const query = `metadata['payment_id']:'${paymentId}'`;
    const { data } = await asked(() => this.#stripe.paymentIntents.search({ query }));
    const [found] = data;
    if (found !== undefined) return this.find(found.id);
    if (ageMs >= KEY_MS_MAX + SEARCH_BEHIND_MS_MAX)
      throw new ProviderRefused("The payment took too long; pay again");
    throw new ProviderFault("Stripe may not have found the payment yet", { isRetryable: true });
  }

  /** Attempts to authorise, unless that was decided or is under way. */
  async authorise(order: PaymentOrder, token: string): Promise<Stripe.PaymentIntent | PaymentResult> {
    const intent = await this.findOrCreate(order);
    if (intent.status !== "requires_payment_method") return intent;
    try {
      return await this.#confirm(intent.id, order.paymentId, token);
    } catch (error) {
      const reason = declineReasonOf(error);
      if (reason !== null) return { type: "declined", providerRef: intent.id, reason };
      if (isStateConflict(error)) return this.find(intent.id);
      return asked(() => Promise.reject(error));
    }
  }

  #confirm(id: string, paymentId: string, token: string): Promise<Stripe.PaymentIntent> {
    // Another token is another attempt, and the token itself belongs into no key that Stripe's log shows.
    const digest = createHash("sha256").update(token).digest("hex").slice(0, 32);
    const means = token.startsWith("tok_")
      ? { payment_method_data: { type: "card" as const, card: { token } } }
      : { payment_method: token };
    const idempotencyKey = keyOf(paymentId, `confirm:${digest}`);
    const params = { ...means, return_url: this.#returnUrl };
    return this.#stripe.paymentIntents.confirm(id, params, { idempotencyKey });
  }

  /** Captures what is authorised; anything else stays as it is. */
  capture(intent: Stripe.PaymentIntent, paymentId: string): Promise<Stripe.PaymentIntent> {
    if (intent.status !== "requires_capture") return Promise.resolve(intent);
    const options = { idempotencyKey: keyOf(paymentId, "capture") };
    return this.#orAsItStands(intent.id, () => this.#stripe.paymentIntents.capture(intent.id, {}, options));
  }

  /** Cancels what is neither captured nor in the middle of it. */
  cancel(intent: Stripe.PaymentIntent, paymentId: string): Promise<Stripe.PaymentIntent> {
    const { id, status } = intent;
    if (status === "succeeded" || status === "canceled" || status === "processing")
      return Promise.resolve(intent);
    const options = { idempotencyKey: keyOf(paymentId, "cancel") };
    return this.#orAsItStands(id, () => this.#stripe.paymentIntents.cancel(id, {}, options));
  }

  async #orAsItStands(id: string, ask: () => Promise<Stripe.PaymentIntent>): Promise<Stripe.PaymentIntent> {
    try {
      return await ask();
    } catch (error) {
      return isStateConflict(error) ? this.find(id) : asked(() => Promise.reject(error));
    }
  }
}
