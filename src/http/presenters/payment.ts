import { fromMinor } from "../../domain/money.ts";
import type { PaymentView } from "../../domain/views.ts";
import { iso } from "./time.ts";

/** A payment as its buyer sees it. @param expiresAt until when it can be made; null where it is settled */
export function presentPayment(
  payment: PaymentView,
  { currency, expiresAt }: { readonly currency: string; readonly expiresAt: number | null },
): Record<string, unknown> {
  const isOpen = payment.state === "open";
  return {
    id: payment.id,
    payment_id: payment.id,
    booking_id: payment.bookingId,
    event_id: payment.eventId,
    user_id: payment.userId,
    provider: payment.provider,
    status: payment.state,
    amount: fromMinor(payment.amountMinor, currency),
    refund_amount: fromMinor(payment.refundMinor, currency),
    refunded_amount: fromMinor(payment.refundMinor, currency),
    currency,
    // What was decided leads nowhere any more.
    checkout_url: isOpen ? payment.checkoutUrl : null,
    client_secret: isOpen ? payment.clientSecret : null,
    expires_at: isOpen ? iso(expiresAt) : null,
    created_at: iso(payment.createdAt),
  };
}
