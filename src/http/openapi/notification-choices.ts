import { z } from "zod";
import { preferencesBody, subscriptionBody, unsubscribeBody } from "../schemas/notifications.ts";
import { preferences } from "./components/notification.ts";
import { named } from "./components/scalars.ts";
import type { Operation } from "./operation.ts";

const tag = "Notifications";

const PREFERENCES = {
  name: "ChangeNotificationPreferences",
  schema: preferencesBody,
  examples: [{ preferences: { waitlist_promoted: { sms: true, email: false } } }, { preferences: {} }],
};

const changingPreferences = (method: "PUT" | "PATCH", operationId: string): Operation => ({
  method,
  path: "/users/notification-preferences",
  operationId,
  tag,
  summary: "Change what is named; a kind that is null goes back to its default",
  body: PREFERENCES,
  replies: { 200: { description: "What holds now", data: preferences } },
  errors: [],
});

const subscription = {
  endpoint: "https://push.example.com/send/abc",
  keys: {
    p256dh: "BNcRdreALRFXTkOOUHK1EtK2wtaz5Ry4YfYCA_0QTpQtUbVlUls0VJXg7A8u-Ts1XbjhazAkj7I99e8QcYP7DkM",
    auth: "tBHItJI5svbpez7KI4CCXg",
  },
};
const endpoint = z.strictObject({ endpoint: named(subscription.endpoint) });

/** How people want to be told. */
export const NOTIFICATION_CHOICE_OPERATIONS: readonly Operation[] = [
  {
    method: "GET",
    path: "/users/notification-preferences",
    operationId: "getNotificationPreferences",
    tag,
    summary: "How one wants to be told of what",
    replies: { 200: { description: "By kind and channel", data: preferences } },
    errors: [],
  },
  changingPreferences("PUT", "putNotificationPreferences"),
  changingPreferences("PATCH", "patchNotificationPreferences"),
  {
    method: "GET",
    path: "/notifications/push-key",
    operationId: "getPushKey",
    tag,
    summary: "The `applicationServerKey` that browsers subscribe with (VAPID, RFC 8292)",
    replies: {
      200: { description: "In base64url", data: z.strictObject({ public_key: named("BNcRdreALRFX…") }) },
    },
    errors: ["NOT_FOUND"],
  },
  {
    method: "POST",
    path: "/users/push-subscriptions",
    operationId: "addPushSubscription",
    tag,
    summary: "Have pushes sent to a browser: the JSON of its `PushSubscription`",
    body: { name: "PushSubscription", schema: subscriptionBody, examples: [subscription] },
    headers: ["Idempotency-Key"],
    replies: {
      201: {
        description: "Pushes go there from now on",
        data: endpoint,
        headers: ["Idempotency-Replayed"],
      },
    },
    errors: [],
  },
  {
    method: "DELETE",
    path: "/users/push-subscriptions",
    operationId: "removePushSubscription",
    tag,
    summary: "Have no more pushes sent to a browser",
    body: {
      name: "RemovePushSubscription",
      schema: unsubscribeBody,
      examples: [{ endpoint: subscription.endpoint }],
    },
    headers: ["Idempotency-Key"],
    replies: {
      200: { description: "It is forgotten", data: endpoint, headers: ["Idempotency-Replayed"] },
    },
    errors: ["NOT_FOUND"],
  },
];
