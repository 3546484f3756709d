import type { BookingId, CommandId, EventId, PaymentId } from "./ids.ts";
import type { LedgerEntry } from "./ledger.ts";

/** Something that a payment provider is to be asked. */
export interface PaymentTask {
  /** `check` asks again about a payment that the provider had not decided. */
  readonly kind: "charge" | "checkout" | "cancel" | "check" | "refund";
  /** The payment's id, or the refund's: with the kind, what makes it one task. */
  readonly id: CommandId;
  readonly eventId: EventId;
  readonly paymentId: PaymentId;
  readonly bookingId: BookingId;
  readonly amountMinor: number;
  /** The command that is to report the answer; null: one of its own. */
  readonly resultId: BookingId | null;
}

/** What a decision owes to payment providers. */
export function paymentTasksOf({ eventId, decision }: LedgerEntry): PaymentTask[] {
  return decision.flatMap((outcome): PaymentTask[] => {
    switch (outcome.type) {
      case "PaymentRequested": {
        const { paymentId, bookingId, amountMinor, resultId, method } = outcome;
        const kind = method === "token" ? "charge" : "checkout";
        return [{ kind, id: paymentId, eventId, paymentId, bookingId, amountMinor, resultId }];
      }
      case "PaymentCancelRequested": {
        const { paymentId, bookingId } = outcome;
        return [
          { kind: "cancel", id: paymentId, eventId, paymentId, bookingId, amountMinor: 0, resultId: null },
        ];
      }
      case "RefundOwed": {
        const { refundId, paymentId, bookingId, amountMinor } = outcome;
        return [{ kind: "refund", id: refundId, eventId, paymentId, bookingId, amountMinor, resultId: null }];
      }
      default:
        return [];
    }
  });
}
