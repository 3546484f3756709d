import type { Authorisation, PaymentOrder, PaymentResult, RefundOrder, RefundResult } from "./provider.ts";
import type { TestCallbackBody } from "./test-callback.ts";

/**
 * The test provider's books of one payment, as JSON.
 *
 *   open ──tok_success, tok_timeout, tok_duplicate──▶ authorised ──capture──▶ captured
 *    │ ──tok_challenge──▶ challenged ──page: success──────▲                      ▲
 *    │ ──tok_late──▶ processing ──its time comes─────────────────────────────────┤
 *    │ ──page of a session: success──────────────────────────────────────────────┘
 *    │ ──any other token, page: decline──▶ declined ──another token──▶ as from open
 *    └───cancel, but not while processing──▶ cancelled
 */
export interface TestPayment {
  readonly order: PaymentOrder;
  readonly state: "open" | "authorised" | "challenged" | "processing" | "captured" | "declined" | "cancelled";
  /** The token of the last attempt; null: none, or made on the page. */
  readonly token: string | null;
  readonly reason: string;
  /** Unix ms: when `processing` ends as captured. */
  readonly settlesAt: number;
  readonly refunds: readonly { readonly refundId: string; readonly amountMinor: number }[];
}

/** What each token does, for the documentation and for those who send another one. */
export const TEST_TOKENS = {
  tok_success: "captured at once",
  tok_declined: "declined",
  tok_insufficient_funds: "declined for lack of funds",
  tok_challenge: "undecided until the buyer completes the page that the answer names",
  tok_timeout: "captured, but the first answer is lost; asked again it tells",
  tok_late: "undecided; captured later, told by a call-back",
  tok_duplicate: "captured, and told by two call-backs as well",
} as const;

const UNKNOWN_TOKEN = "unknown";
const AUTHORISED = ["tok_success", "tok_timeout", "tok_duplicate"];

export const openPayment = (order: PaymentOrder): TestPayment => ({
  order,
  state: "open",
  token: null,
  reason: "",
  settlesAt: 0,
  refunds: [],
});

/** An attempt to pay by a token. One that was decided, or is under way, stays as it is; so does the same token declined. */
export function attempt(payment: TestPayment, sent: string, settlesAt: number): TestPayment {
  // One that is not known may be anything, a token of a real provider too: it is not written down.
  const token = Object.hasOwn(TEST_TOKENS, sent) ? sent : UNKNOWN_TOKEN;
  const isOpen = payment.state === "open" || (payment.state === "declined" && payment.token !== token);
  if (!isOpen) return payment;
  if (AUTHORISED.includes(token)) return { ...payment, state: "authorised", token };
  if (token === "tok_challenge") return { ...payment, state: "challenged", token };
  if (token === "tok_late") return { ...payment, state: "processing", token, settlesAt };
  return { ...payment, state: "declined", token, reason: reasonFor(token) };
}

function reasonFor(token: string): string {
  if (token === "tok_declined") return "The card was declined";
  if (token === "tok_insufficient_funds") return "The card has insufficient funds";
  return `The token is not known; the test provider accepts ${Object.keys(TEST_TOKENS).join(", ")}`;
}

/** What the buyer did on the page. A payment that waits for nobody stays as it is. */
export function complete(payment: TestPayment, outcome: "success" | "decline"): TestPayment {
  const { state } = payment;
  if (state !== "open" && state !== "challenged" && state !== "processing") return payment;
  if (outcome === "decline") return { ...payment, state: "declined", reason: "The payment was declined" };
  return { ...payment, state: state === "challenged" ? "authorised" : "captured" };
}

/** A payment that is processed is captured when its time has come. */
export const settle = (payment: TestPayment, nowMs: number): TestPayment =>
  payment.state === "processing" && nowMs >= payment.settlesAt ? { ...payment, state: "captured" } : payment;

export const capture = (payment: TestPayment): TestPayment =>
  payment.state === "authorised" ? { ...payment, state: "captured" } : payment;

export const cancel = (payment: TestPayment): TestPayment =>
  payment.state === "captured" || payment.state === "processing"
    ? payment
    : { ...payment, state: "cancelled" };

export const refOf = (payment: TestPayment): string => `test_${payment.order.paymentId}`;

export function authorisationOf(payment: TestPayment, pageUrl: string): Authorisation {
  const providerRef = refOf(payment);
  return payment.state === "authorised" ? { type: "authorised", providerRef } : resultOf(payment, pageUrl);
}

export function resultOf(payment: TestPayment, pageUrl: string): PaymentResult {
  const providerRef = refOf(payment);
  const { state, reason, order } = payment;
  switch (state) {
    case "captured":
      return { type: "captured", providerRef, amountMinor: order.amountMinor };
    case "declined":
      return { type: "declined", providerRef, reason };
    case "cancelled":
      return { type: "cancelled", providerRef };
    case "challenged":
      return { type: "challenge", providerRef, url: pageUrl };
    case "open":
    case "authorised":
    case "processing":
      return { type: "pending", providerRef };
    default:
      return state satisfies never;
  }
}

/** The call-back that tells how a payment stands. Told again, it is the same one. */
export function callbackOf(payment: TestPayment): TestCallbackBody {
  const { order, state, reason } = payment;
  const result: TestCallbackBody["result"] =
    state === "captured"
      ? { type: "captured", amount_minor: order.amountMinor }
      : state === "declined"
        ? { type: "declined", reason }
        : { type: state === "cancelled" ? "cancelled" : "pending" };
  return {
    id: `${refOf(payment)}_${state}`,
    payment_id: order.paymentId,
    booking_id: order.bookingId,
    event_id: order.eventId,
    provider_ref: refOf(payment),
    result,
  };
}

/** @returns the payment with the refund in it, and the answer; asked twice, the same one. */
export function refund(payment: TestPayment, asked: RefundOrder): [TestPayment, RefundResult] {
  const { refundId, amountMinor } = asked;
  const done: RefundResult = { type: "refunded", refundRef: `test_refund_${refundId}` };
  if (payment.refunds.some((earlier) => earlier.refundId === refundId)) return [payment, done];
  const refunded = payment.refunds.reduce((sum, earlier) => sum + earlier.amountMinor, 0);
  const failed = (reason: string): [TestPayment, RefundResult] => [payment, { type: "failed", reason }];
  if (payment.state !== "captured") return failed("The payment was not captured");
  if (refunded + amountMinor > payment.order.amountMinor)
    return failed("The refund is more than what is left");
  return [{ ...payment, refunds: [...payment.refunds, { refundId, amountMinor }] }, done];
}
