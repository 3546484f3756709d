import { z } from "zod";
import { deadLetterQuery, markBody, notificationListQuery, retryBody } from "../schemas/notifications.ts";
import { pageBeside } from "./components/list.ts";
import { deadLetter, notification, notificationStats, trail } from "./components/notification.ts";
import { count, named, userId, uuid } from "./components/scalars.ts";
import { NOTIFICATION_CHOICE_OPERATIONS } from "./notification-choices.ts";
import type { Operation } from "./operation.ts";
import { SENDING_OPERATIONS } from "./sending.ts";

const tag = "Notifications";
const byId = z.object({ id: uuid.meta({ description: "The notification" }) });

const reading: readonly Operation[] = [
  {
    method: "GET",
    path: "/notifications/user/:userId",
    operationId: "listNotifications",
    tag,
    summary: "A user's notifications: one's own, or anybody's for an admin",
    params: z.object({ userId }),
    query: notificationListQuery,
    replies: {
      200: {
        description: "A page of notifications, newest first",
        data: z.array(notification),
        beside: { ...pageBeside, unread_count: count.meta({ description: "Of all of them" }) },
        headers: ["Link"],
      },
    },
    errors: ["AUTH_UNAUTHORIZED"],
  },
  {
    method: "PATCH",
    path: "/notifications/:id",
    operationId: "markNotification",
    tag,
    summary: "Mark a notification as read, or as unread again",
    params: byId,
    body: { name: "MarkNotification", schema: markBody, examples: [{ read: true }, { is_read: false }] },
    replies: { 200: { description: "The notification as it is now", data: notification } },
    errors: ["NOTIFICATION_NOT_FOUND"],
  },
  {
    method: "POST",
    path: "/notifications/read-all",
    operationId: "markAllNotifications",
    tag,
    summary: "Mark all of one's notifications as read",
    refusesBody: true,
    headers: ["Idempotency-Key"],
    replies: {
      200: {
        description: "How many were unread",
        data: z.strictObject({ updated: count, unread_count: count }),
        headers: ["Idempotency-Replayed"],
      },
    },
    errors: [],
  },
  {
    method: "GET",
    path: "/notifications/:id/deliveries",
    operationId: "listDeliveries",
    tag,
    summary: "How a notification reached its person, attempt by attempt",
    params: byId,
    replies: { 200: { description: "The audit trail", data: trail } },
    errors: ["NOTIFICATION_NOT_FOUND"],
  },
];

const overseeing: readonly Operation[] = [
  {
    method: "GET",
    path: "/notifications/stats",
    operationId: "getNotificationStats",
    tag,
    summary: "What was sent and what reached people, by channel",
    replies: { 200: { description: "Counted, not estimated", data: notificationStats } },
    errors: [],
  },
  {
    method: "GET",
    path: "/notifications/dead-letters",
    operationId: "listDeadLetters",
    tag,
    summary: "Deliveries that were given up",
    query: deadLetterQuery,
    replies: {
      200: {
        description: "A page of them",
        data: z.array(deadLetter),
        beside: pageBeside,
        headers: ["Link"],
      },
    },
    errors: [],
  },
  {
    method: "POST",
    path: "/notifications/dead-letters/:id/retry",
    operationId: "retryDeadLetter",
    tag,
    summary: "Have what was given up tried anew, on all of its channels or on one",
    params: byId,
    body: {
      name: "RetryDeadLetter",
      schema: retryBody,
      examples: [{}, { channel: "email" }],
      required: false,
    },
    headers: ["Idempotency-Key"],
    replies: {
      200: {
        description: "What is tried again",
        headers: ["Idempotency-Replayed"],
        data: z.strictObject({
          id: uuid,
          notification_id: uuid,
          channels: z.array(named("email")),
          status: z.literal("queued"),
        }),
      },
    },
    errors: ["NOTIFICATION_NOT_FOUND"],
  },
];

/** What people are told. */
export const NOTIFICATION_OPERATIONS: readonly Operation[] = [
  ...reading,
  ...SENDING_OPERATIONS,
  ...overseeing,
  ...NOTIFICATION_CHOICE_OPERATIONS,
];
