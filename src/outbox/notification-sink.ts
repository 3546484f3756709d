import { referenceOf } from "../domain/ids.ts";
import type { LedgerEntry } from "../domain/ledger.ts";
import type { Outcome } from "../domain/outcome.ts";
import type { NotificationView } from "../domain/views.ts";
import type { Sink } from "./relay.ts";

export type NewNotification = Omit<NotificationView, "readAt">;

/** Writes down for each person what was decided about their bookings. Writing the same one twice leaves one. */
export function notificationSink(save: (notifications: readonly NewNotification[]) => Promise<void>): Sink {
  return {
    async deliver(entries) {
      const notifications = entries.flatMap(notificationsOf);
      if (notifications.length > 0) await save(notifications);
    },
  };
}

/** What people are told, by the outcome that tells it. */
const TYPE_OF = {
  BookingConfirmed: "booking_confirmed",
  BookingHeld: "booking_pending",
  BookingCancelled: "booking_cancelled",
  BookingReduced: "booking_reduced",
  HoldExpired: "booking_expired",
  BookingTransferred: "booking_transferred",
  TicketsExchanged: "tickets_exchanged",
  PaymentFailed: "payment_failed",
  RefundSettled: "refund_settled",
  RefundOwed: "refund_owed",
  WaitlistJoined: "waitlist_joined",
  WaitlistLeft: "waitlist_left",
  OfferMade: "waitlist_promoted",
} as const satisfies Partial<Record<Outcome["type"], string>>;

type Told = Extract<Outcome, { readonly type: keyof typeof TYPE_OF }>;

function isTold(outcome: Outcome): outcome is Told {
  return outcome.type in TYPE_OF;
}

function notificationsOf({ eventId, seq, decision, decidedAt }: LedgerEntry): NewNotification[] {
  return decision.filter(isTold).flatMap((outcome) => {
    const type = typeOf(outcome);
    if (type === null) return [];
    const notification = { eventId, seq, type, data: dataOf(outcome), createdAt: decidedAt };
    const told =
      outcome.type === "BookingTransferred" ? [outcome.userId, outcome.toUserId] : [outcome.userId];
    return told.map((userId) => ({ userId, ...notification }));
  });
}

/** Null where the person knows already: they asked for it, or the cancellation itself tells of its refund. */
function typeOf(outcome: Told): string | null {
  if (outcome.type === "RefundSettled" && outcome.failure !== null) return "refund_failed";
  if (outcome.type === "RefundOwed" && outcome.reason !== "late") return null;
  if (outcome.type === "WaitlistLeft" && outcome.why === "asked") return null;
  return TYPE_OF[outcome.type];
}

function dataOf(outcome: Told): Readonly<Record<string, unknown>> {
  if (outcome.type === "WaitlistJoined" || outcome.type === "WaitlistLeft") {
    const { entryId: waitlist_id } = outcome;
    return outcome.type === "WaitlistJoined"
      ? { waitlist_id, quantity: outcome.quantity }
      : { waitlist_id, reason: outcome.why };
  }
  const { bookingId } = outcome;
  return {
    booking_id: bookingId,
    booking_reference: referenceOf(bookingId),
    ...("quantity" in outcome ? { quantity: outcome.quantity } : {}),
    ...("expiresAt" in outcome && outcome.expiresAt !== null
      ? { expires_at: new Date(outcome.expiresAt).toISOString() }
      : {}),
    ...(outcome.type === "PaymentFailed" ? { reason: outcome.reason } : {}),
  };
}
