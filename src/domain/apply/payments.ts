import type {
  PaymentCancelRequested,
  PaymentCaptured,
  PaymentFailed,
  PaymentRequested,
  RefundOwed,
} from "../outcome.ts";
import type { Payment, World } from "../state.ts";

export function applyPaymentRequested({ state, payments }: World, outcome: PaymentRequested): void {
  const { paymentId: id, bookingId, userId, amountMinor, method, resultId, expiresAt: until } = outcome;
  const held = state.holds.get(bookingId);
  if (held === undefined) throw new Error(`invariant: no hold ${bookingId} to pay`);
  held.payment = { id, amountMinor, method, resultId, until, isCancelling: false };
  payments.set(id, {
    id,
    bookingId,
    userId,
    amountMinor,
    state: "open",
    capturedMinor: 0,
    refundMinor: 0,
  });
}

export function applyPaymentFailed(world: World, outcome: PaymentFailed): void {
  paymentIn(world, outcome).state = "failed";
  const held = world.state.holds.get(outcome.bookingId);
  if (held?.payment?.id !== outcome.paymentId) return;
  held.payment = null;
  if (outcome.expiresAt !== null) held.expiresAt = outcome.expiresAt;
}

export function markCancelling({ state }: World, { bookingId, paymentId }: PaymentCancelRequested): void {
  const payment = state.holds.get(bookingId)?.payment;
  // Where the hold is gone already, or paid in another way, only the provider has to hear of it.
  if (payment?.id === paymentId) payment.isCancelling = true;
}

export function applyCaptured(world: World, outcome: PaymentCaptured): void {
  const payment = paymentIn(world, outcome);
  payment.state = "captured";
  payment.capturedMinor = outcome.amountMinor;
  const held = world.state.holds.get(outcome.bookingId);
  if (held?.payment?.id === outcome.paymentId) held.payment = null;
}

export function applyRefundOwed(world: World, outcome: RefundOwed): void {
  paymentIn(world, outcome).refundMinor += outcome.amountMinor;
}

function paymentIn({ payments }: World, { paymentId }: Pick<PaymentCaptured, "paymentId">): Payment {
  const payment = payments.get(paymentId);
  if (payment === undefined) throw new Error(`invariant: no payment ${paymentId}`);
  return payment;
}
