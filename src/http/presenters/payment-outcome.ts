import { referenceOf } from "../../domain/ids.ts";
import { fromMinor } from "../../domain/money.ts";
import type { Outcome } from "../../domain/outcome.ts";
import type { Fields, OutcomeCard } from "./outcome-parts.ts";
import { iso } from "./time.ts";

/** An outcome about a payment or a refund. */
type PaymentOutcome = Extract<
  Outcome,
  {
    readonly type:
      | "PaymentRequested"
      | "PaymentOpened"
      | "PaymentCancelRequested"
      | "PaymentFailed"
      | "PaymentCaptured"
      | "RefundOwed"
      | "RefundSettled";
  }
>;

/** What became of a payment or a refund. */
export function presentPaymentOutcome(outcome: PaymentOutcome, card: OutcomeCard): Fields {
  const { paymentId, bookingId, userId } = outcome;
  const booking = { booking_id: bookingId, booking_reference: referenceOf(bookingId), user_id: userId };
  return { payment_id: paymentId, ...booking, ...fieldsOf(outcome, card) };
}

function fieldsOf(outcome: PaymentOutcome, { currency }: OutcomeCard): Fields {
  const amount = (minor: number) => fromMinor(minor, currency);
  switch (outcome.type) {
    case "PaymentRequested": {
      const { provider, method, amountMinor, expiresAt } = outcome;
      return { provider, method, amount: amount(amountMinor), currency, expires_at: iso(expiresAt) };
    }
    case "PaymentOpened":
    case "PaymentCancelRequested":
      return {};
    case "PaymentFailed": {
      const { reason, isCancelled, expiresAt } = outcome;
      return { reason, cancelled: isCancelled, expires_at: iso(expiresAt) };
    }
    case "PaymentCaptured":
      return { amount: amount(outcome.amountMinor), currency };
    case "RefundOwed":
    case "RefundSettled": {
      const { refundId: refund_id, amountMinor } = outcome;
      const reason = outcome.type === "RefundOwed" ? outcome.reason : outcome.failure;
      const refund = { refund_id, amount: amount(amountMinor), currency };
      return { ...refund, ...(reason === null ? {} : { reason }) };
    }
    default:
      return outcome satisfies never;
  }
}
