import type { Log } from "../ops/log.ts";
import { CARD_NUMBER_REFUSED, looksLikeCardNumber } from "./card-numbers.ts";
import { ProviderFault } from "./faults.ts";
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
import { TestBooks, type TestProviderStore } from "./test-books.ts";
import {
  readTestCallback,
  type SignedCallback,
  signTestCallback,
  TEST_SIGNATURE_HEADER,
  verifyTestCallback,
} from "./test-callback.ts";
import * as step from "./test-payment.ts";

export interface TestProviderOptions {
  /** Signs the call-backs. */
  readonly secret: string;
  readonly store: TestProviderStore;
  /** The page of a payment is at `<pagesUrl>/<providerRef>`. */
  readonly pagesUrl: string;
  /** Unix ms. */
  readonly now: () => number;
  /** How long `tok_late` keeps one waiting. */
  readonly lateMs: number;
  /** Takes the call-backs that come of their own accord, of `tok_late` and `tok_duplicate`: see `postCallbacks`. */
  readonly deliver: (callback: SignedCallback) => Promise<void>;
  readonly log: Pick<Log, "warn">;
}

/**
 * The built-in provider: moves no money, and behaves like a remote one that does. What each token does is in
 * `TEST_TOKENS`. A call-back whose process ends before it is sent is lost; asking finds out all the same.
 */
export class TestProvider implements PaymentProvider {
  readonly name = "test";
  readonly #options: TestProviderOptions;
  readonly #books: TestBooks;

  constructor(options: TestProviderOptions) {
    this.#options = options;
    this.#books = new TestBooks(options.store);
  }

  async authorise(order: PaymentOrder, token: string): Promise<Authorisation> {
    if (looksLikeCardNumber(token))
      return { type: "declined", providerRef: null, reason: CARD_NUMBER_REFUSED };
    const { lateMs, now } = this.#options;
    const opened = step.openPayment(order);
    const attempt = (payment: step.TestPayment) => step.attempt(payment, token, now() + lateMs);
    const { before, after } = await this.#books.change(step.refOf(opened), opened, attempt);
    if (before.state !== "processing" && after.state === "processing") this.#deliverLate(after);
    return step.authorisationOf(step.settle(after, now()), this.#pageOf(after));
  }

  async capture(providerRef: string, order: PaymentOrder): Promise<PaymentResult> {
    const now = this.#options.now();
    const change = (payment: step.TestPayment) => step.capture(step.settle(payment, now));
    const { before, after } = await this.#books.change(providerRef, step.openPayment(order), change);
    const isNew = before.state === "authorised";
    if (isNew && after.token === "tok_duplicate") this.#deliver(after, 2);
    if (isNew && after.token === "tok_timeout")
      throw new ProviderFault("the test provider did not answer in time", { isRetryable: true });
    return step.resultOf(after, this.#pageOf(after));
  }

  async charge(order: PaymentOrder, token: string): Promise<PaymentResult> {
    const authorisation = await this.authorise(order, token);
    if (authorisation.type !== "authorised") return authorisation;
    return this.capture(authorisation.providerRef, order);
  }

  async createSession(order: PaymentOrder): Promise<CheckoutSession> {
    const opened = step.openPayment(order);
    const { after } = await this.#books.change(step.refOf(opened), opened, (payment) => payment);
    return { providerRef: step.refOf(after), checkoutUrl: this.#pageOf(after), clientSecret: null };
  }

  async status(providerRef: string): Promise<PaymentResult> {
    const payment = step.settle(await this.#books.find(providerRef), this.#options.now());
    return step.resultOf(payment, this.#pageOf(payment));
  }

  async cancel(providerRef: string | null, order: PaymentOrder): Promise<PaymentResult> {
    const now = this.#options.now();
    const opened = step.openPayment(order);
    // Without a trace of the payment a cancelled one is written down, so that a charge that comes later finds it.
    const { after } = await this.#books.change(providerRef ?? step.refOf(opened), opened, (payment) =>
      step.cancel(step.settle(payment, now)),
    );
    return step.resultOf(after, this.#pageOf(after));
  }

  async refund(order: RefundOrder): Promise<RefundResult> {
    let answer: RefundResult = { type: "pending" };
    await this.#books.change(order.providerRef, null, (payment) => {
      const [refunded, result] = step.refund(step.settle(payment, this.#options.now()), order);
      answer = result;
      return refunded;
    });
    return answer;
  }

  parseCallback(raw: Buffer, headers: CallbackHeaders, nowMs: number): ProviderCallback {
    verifyTestCallback(this.#options.secret, raw, headers, nowMs);
    return readTestCallback(raw);
  }

  /**
   * What the buyer does on the page of a session or a challenge; completed again it stays as it is.
   * @returns the call-back that the provider owes for it.
   */
  async completeSession(providerRef: string, outcome: "success" | "decline"): Promise<SignedCallback> {
    const { after } = await this.#books.change(providerRef, null, (payment) =>
      step.complete(payment, outcome),
    );
    return this.#sign(after);
  }

  #pageOf(payment: step.TestPayment): string {
    return `${this.#options.pagesUrl}/${step.refOf(payment)}`;
  }

  #sign(payment: step.TestPayment): SignedCallback {
    const body = JSON.stringify(step.callbackOf(payment));
    const signature = signTestCallback(this.#options.secret, body, this.#options.now());
    return { body, headers: { "Content-Type": "application/json", [TEST_SIGNATURE_HEADER]: signature } };
  }

  #deliver(payment: step.TestPayment, times: number): void {
    const callback = this.#sign(payment);
    for (let n = 0; n < times; n += 1) this.#options.deliver(callback).catch(this.#warn);
  }

  #deliverLate(payment: step.TestPayment): void {
    const settle = () =>
      this.completeSession(step.refOf(payment), "success").then(this.#options.deliver).catch(this.#warn);
    // Nothing waits for it: a process may end before its call-backs are sent.
    setTimeout(settle, this.#options.lateMs).unref();
  }

  readonly #warn = (error: unknown): void =>
    this.#options.log.warn({ error: String(error) }, "a call-back of the test provider was not delivered");
}
