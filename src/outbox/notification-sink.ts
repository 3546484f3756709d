import { referenceOf } from "../domain/ids.ts";
import type { LedgerEntry } from "../domain/ledger.ts";
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

function notificationsOf({ eventId, seq, decision, decidedAt }: LedgerEntry): NewNotification[] {
  return decision.flatMap((outcome) => {
    if (outcome.type !== "BookingConfirmed" && outcome.type !== "BookingCancelled") return [];
    const { bookingId, userId, quantity } = outcome;
    const type = outcome.type === "BookingConfirmed" ? "booking_confirmed" : "booking_cancelled";
    const data = { booking_id: bookingId, booking_reference: referenceOf(bookingId), quantity };
    return [{ userId, eventId, seq, type, data, createdAt: decidedAt }];
  });
}
