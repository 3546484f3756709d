/** What a stand-in of Stripe's answers: a status and a body. */
export interface StubAnswer {
  readonly status: number;
  readonly body: object;
}

export type Params = Record<string, unknown>;

export interface Intent {
  id: string;
  object: "payment_intent";
  amount: number;
  amount_received: number;
  currency: string;
  status: string;
  metadata: Record<string, string>;
  next_action: object | null;
  last_payment_error: object | null;
}

interface Session {
  id: string;
  object: "checkout.session";
  status: "open" | "complete" | "expired";
  payment_status: "paid" | "unpaid";
  amount_total: number;
  currency: string;
  payment_intent: string | null;
  metadata: Record<string, string>;
  url: string | null;
  expires_at: number;
  /** What the buyer reads on the page. */
  product: string;
}

interface Refund {
  id: string;
  object: "refund";
  payment_intent: string;
  amount: number;
  status: string;
  metadata: Record<string, string>;
}

export class StubRefusal extends Error {
  readonly status: number;
  readonly error: object;
  constructor(status: number, error: { type: string; code?: string; message: string; param?: string }) {
    super(error.message);
    this.status = status;
    this.error = error;
  }
}

const INVALID = "invalid_request_error";
const USD_MIN = 50;
const CURRENCIES = ["usd", "jpy", "kwd", "isk", "ugx", "mga"];
const SESSION_S_MIN = 30 * 60;
const SESSION_S_MAX = 24 * 3_600;
const DECLINES: Readonly<Record<string, string>> = {
  pm_declined: "Your card was declined.",
  pm_insufficient: "Your card has insufficient funds.",
};

/** PaymentIntents, Checkout Sessions and Refunds as Stripe's documentation describes them, as far as they are used. */
export class StripeStubBooks {
  readonly intents = new Map<string, Intent>();
  readonly sessions = new Map<string, Session>();
  readonly refunds: Refund[] = [];
  /** Ids of intents, one for each time that money was taken. */
  readonly captures: string[] = [];
  /** The status that new refunds have. */
  refundStatus = "succeeded";
  #count = 0;

  id(prefix: string): string {
    this.#count += 1;
    return `${prefix}_${this.#count}`;
  }

  intent(id: string): Intent {
    const found = this.intents.get(id);
    if (found) return found;
    throw new StubRefusal(404, {
      type: INVALID,
      code: "resource_missing",
      message: `No such payment_intent: '${id}'`,
      param: "intent",
    });
  }

  session(id: string): Session {
    const found = this.sessions.get(id);
    if (found) return found;
    throw new StubRefusal(404, {
      type: INVALID,
      code: "resource_missing",
      message: `No such session: ${id}`,
    });
  }

  createIntent(params: Params): Intent {
    if (params.capture_method !== "manual") throw new Error("the intent would capture at once");
    this.#expectAmount(Number(params.amount), String(params.currency));
    const intent: Intent = {
      id: this.id("pi"),
      object: "payment_intent",
      amount: Number(params.amount),
      amount_received: 0,
      currency: String(params.currency),
      status: "requires_payment_method",
      metadata: params.metadata as Record<string, string>,
      next_action: null,
      last_payment_error: null,
    };
    this.intents.set(intent.id, intent);
    return intent;
  }

  confirm(intent: Intent, params: Params): Intent {
    this.#expect(intent, "requires_payment_method");
    const { card } = (params.payment_method_data ?? {}) as { card?: { token: string } };
    const means = String(params.payment_method ?? card?.token);
    const message = DECLINES[means];
    if (message !== undefined) {
      const error = { type: "card_error", code: "card_declined", message };
      intent.last_payment_error = error;
      throw new StubRefusal(402, error);
    }
    if (means === "pm_challenge") {
      intent.status = "requires_action";
      intent.next_action = {
        type: "redirect_to_url",
        redirect_to_url: { url: "https://bank.example/3ds", return_url: params.return_url },
      };
    } else if (means === "pm_late") intent.status = "processing";
    else if (["pm_success", "pm_timeout", "tok_visa"].includes(means)) intent.status = "requires_capture";
    else
      throw new StubRefusal(400, {
        type: INVALID,
        code: "resource_missing",
        message: `No such PaymentMethod: '${means}'`,
        param: "payment_method",
      });
    return intent;
  }

  capture(intent: Intent): Intent {
    this.#expect(intent, "requires_capture");
    return this.take(intent);
  }

  /** Money moves. */
  take(intent: Intent): Intent {
    this.captures.push(intent.id);
    return Object.assign(intent, { status: "succeeded", amount_received: intent.amount, next_action: null });
  }

  cancel(intent: Intent): Intent {
    this.#expect(intent, "requires_payment_method", "requires_action", "requires_capture");
    return Object.assign(intent, { status: "canceled", next_action: null });
  }

  #expect(intent: Intent, ...statuses: string[]): void {
    if (statuses.includes(intent.status)) return;
    const message = `This PaymentIntent has the status ${intent.status}`;
    throw new StubRefusal(400, { type: INVALID, code: "payment_intent_unexpected_state", message });
  }

  #expectAmount(amount: number, currency: string): void {
    if (!CURRENCIES.includes(currency))
      throw new StubRefusal(400, {
        type: INVALID,
        message: `Invalid currency: ${currency}.`,
        param: "currency",
      });
    if (currency === "usd" && amount < USD_MIN)
      throw new StubRefusal(400, {
        type: INVALID,
        code: "amount_too_small",
        message: "Amount must be at least $0.50 usd",
      });
  }

  #expectTime(expiresAt: number): void {
    const openS = expiresAt - Date.now() / 1_000;
    if (openS >= SESSION_S_MIN && openS <= SESSION_S_MAX) return;
    const message = "The `expires_at` timestamp must be between 30 minutes and 24 hours from now.";
    throw new StubRefusal(400, { type: INVALID, message, param: "expires_at" });
  }

  createSession(params: Params): Session {
    const { price_data } = Object.values(params.line_items as object)[0] as {
      price_data: { currency: string; unit_amount: string; product_data: { name: string } };
    };
    this.#expectAmount(Number(price_data.unit_amount), price_data.currency);
    this.#expectTime(Number(params.expires_at));
    const id = this.id("cs_test");
    const session: Session = {
      id,
      object: "checkout.session",
      status: "open",
      payment_status: "unpaid",
      amount_total: Number(price_data.unit_amount),
      currency: price_data.currency,
      payment_intent: null,
      metadata: params.metadata as Record<string, string>,
      url: `https://checkout.example/${id}`,
      expires_at: Number(params.expires_at),
      product: price_data.product_data.name,
    };
    this.sessions.set(id, session);
    return session;
  }

  expire(session: Session): Session {
    if (session.status !== "open")
      throw new StubRefusal(400, { type: INVALID, message: "Only open Checkout Sessions can be expired." });
    return Object.assign(session, { status: "expired", url: null });
  }

  /** The buyer tries on the page, and the bank declines. */
  failOnPage(session: Session): Intent {
    const { amount_total: amount, currency, metadata } = session;
    const intent = this.createIntent({ amount, currency, metadata, capture_method: "manual" });
    intent.last_payment_error = { type: "card_error", code: "card_declined", message: "No." };
    session.payment_intent = intent.id;
    return intent;
  }

  /** The buyer pays on the page. */
  pay(session: Session): Session {
    const metadata = session.metadata;
    const { amount_total: amount, currency } = session;
    const intent = this.createIntent({ amount, currency, metadata, capture_method: "manual" });
    this.take(intent);
    return Object.assign(session, { status: "complete", payment_status: "paid", payment_intent: intent.id });
  }

  refund(params: Params): Refund {
    const intent = this.intent(String(params.payment_intent));
    this.#expect(intent, "succeeded");
    const left = intent.amount_received - this.refundedOf(intent.id);
    const amount = Number(params.amount);
    if (left === 0)
      throw new StubRefusal(400, {
        type: INVALID,
        code: "charge_already_refunded",
        message: "Charge has already been refunded.",
      });
    if (amount > left)
      throw new StubRefusal(400, {
        type: INVALID,
        message: `Refund amount ${amount} is greater than unrefunded amount ${left}`,
        param: "amount",
      });
    const metadata = params.metadata as Record<string, string>;
    const id = this.id("re");
    const { refundStatus: status } = this;
    this.refunds.push({ id, object: "refund", payment_intent: intent.id, amount, status, metadata });
    return this.refunds.at(-1) as Refund;
  }

  refundedOf(intentId: string): number {
    return this.refunds
      .filter((refund) => refund.payment_intent === intentId)
      .reduce((sum, { amount }) => sum + amount, 0);
  }
}
