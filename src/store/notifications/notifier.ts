import type { NewNotification, Notifier, Telling } from "../../notifications/notifier.ts";
import type { Queryable } from "../database.ts";
import { orFault } from "../faults.ts";
import { notifyDeliveries } from "../notices.ts";
import { saveNotifications } from "./save.ts";

/** Tells people something by writing it down; the effects process carries it from there. */
export function createNotifier(db: Queryable, newId: () => string): Notifier {
  return {
    tell: (telling) =>
      orFault(async () => {
        const id = newId();
        await saveNotifications(db, [notificationOf(id, telling)]);
        // A hint: without it the next look finds it, within a second.
        await notifyDeliveries(db).catch(() => undefined);
        return id;
      }),
  };
}

export function notificationOf(
  id: string,
  { userId, kind, title, text, data, eventId, channels }: Telling,
): NewNotification {
  return {
    id,
    userId,
    eventId: eventId ?? null,
    seq: null,
    type: kind,
    title,
    text,
    data: data ?? {},
    createdAt: Date.now(),
    broadcastId: null,
    channels: channels ?? null,
  };
}
