import type {
  AttemptView,
  BroadcastView,
  DeadLetterView,
  DeliveryView,
} from "../../domain/notification-views.ts";
import type { NotificationView } from "../../domain/views.ts";
import { presentCounts } from "./delivery-counts.ts";
import { iso } from "./time.ts";

type Fields = Record<string, unknown>;

/** A notification as its person sees it: what it is about stands flat beside it, and as `data`. */
export function presentNotification(notification: NotificationView): Fields {
  const { id, eventId, seq, type, title, text, data, createdAt, readAt, deliveries } = notification;
  return {
    ...data,
    id,
    notification_id: id,
    user_id: notification.userId,
    type,
    title,
    message: text,
    status: statusOf(deliveries),
    event_id: eventId,
    seq,
    data,
    read: readAt !== null,
    is_read: readAt !== null,
    read_at: iso(readAt),
    created_at: iso(createdAt),
    channels: deliveries.map(({ channel }) => channel),
    deliveries: deliveries.map(presentDelivery),
  };
}

/** Of all its deliveries: whether one has reached the person, or still may. `stored`: it is in this list only. */
function statusOf(deliveries: readonly DeliveryView[]): string {
  const is = (...wanted: readonly DeliveryView["status"][]) =>
    deliveries.some(({ status }) => wanted.includes(status));
  if (deliveries.length === 0) return "stored";
  if (is("delivered")) return "delivered";
  if (is("logged")) return "logged";
  return is("queued", "failed") ? "queued" : "failed";
}

function presentDelivery(delivery: DeliveryView): Fields {
  return {
    channel: delivery.channel,
    status: delivery.status,
    is_fail_over: delivery.isFailOver,
    attempts: delivery.attempts,
    provider_ref: delivery.ref,
    error: delivery.error,
    created_at: iso(delivery.createdAt),
    updated_at: iso(delivery.updatedAt),
    next_attempt_at: iso(delivery.dueAt),
  };
}

/** Who was told what by which way, and every attempt. */
export function presentTrail(notification: NotificationView, attempts: readonly AttemptView[]): Fields {
  return {
    notification_id: notification.id,
    status: statusOf(notification.deliveries),
    deliveries: notification.deliveries.map((delivery) => ({
      ...presentDelivery(delivery),
      history: attempts
        .filter(({ channel }) => channel === delivery.channel)
        .map(({ attempt, result, ref, error, at }) => ({
          attempt,
          result,
          provider_ref: ref,
          error,
          at: iso(at),
        })),
    })),
  };
}

export function presentDeadLetter(letter: DeadLetterView): Fields {
  return {
    id: letter.notificationId,
    notification_id: letter.notificationId,
    channel: letter.channel,
    user_id: letter.userId,
    type: letter.type,
    title: letter.title,
    attempts: letter.attempts,
    error: letter.error,
    created_at: iso(letter.createdAt),
    died_at: iso(letter.updatedAt),
  };
}

export function presentBroadcast(broadcast: BroadcastView): Fields {
  const { id, recipients, told, finishedAt, isBegun } = broadcast;
  const isDone = finishedAt !== null;
  return {
    id,
    broadcast_id: id,
    event_id: broadcast.eventId,
    type: broadcast.type,
    title: broadcast.title,
    message: broadcast.text,
    channels: broadcast.channels,
    status: isDone ? "completed" : isBegun ? "running" : "queued",
    recipients,
    recipients_count: recipients,
    told,
    progress: isDone || recipients === 0 ? 1 : Math.min(1, told / recipients),
    deliveries: presentCounts(broadcast.deliveries),
    created_at: iso(broadcast.createdAt),
    completed_at: iso(finishedAt),
  };
}
