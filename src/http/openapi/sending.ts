import { z } from "zod";
import { BROADCAST_NAMES, broadcastBody, SEND_NAMES, sendBody } from "../schemas/notifications.ts";
import { broadcast, notification } from "./components/notification.ts";
import { eventId, uuid } from "./components/scalars.ts";
import type { Operation } from "./operation.ts";

const tag = "Notifications";
const ID = "0197c1a4-7c00-7000-8000-5f0000000001";

/** What is said by hand. */
export const SENDING_OPERATIONS: readonly Operation[] = [
  {
    method: "POST",
    path: "/notifications/send",
    operationId: "sendNotification",
    tag,
    summary: "Tell one person something",
    description:
      "`channels` are used first, instead of what the person prefers; what the person switched off stays off. " +
      "Where none of them leads to the person, the next of websocket, push, email, sms is tried.",
    body: {
      name: "SendNotification",
      schema: sendBody,
      otherNames: SEND_NAMES,
      examples: [
        {
          user_id: ID,
          type: "booking_confirmation",
          channels: ["websocket", "email"],
          message: "Your booking has been confirmed!",
        },
        { user_id: ID, type: "test", title: "Welcome!", message: "Your notifications are active" },
      ],
    },
    headers: ["Idempotency-Key"],
    replies: {
      201: {
        description: "It is written down and on its way",
        data: notification,
        headers: ["Location", "Idempotency-Replayed"],
      },
    },
    errors: ["USER_NOT_FOUND"],
  },
  {
    method: "POST",
    path: "/notifications/broadcast/:eventId",
    operationId: "broadcastNotification",
    tag,
    summary: "Tell everybody who has a confirmed booking of an event",
    params: z.object({ eventId }),
    body: {
      name: "BroadcastNotification",
      schema: broadcastBody,
      otherNames: BROADCAST_NAMES,
      examples: [
        {
          message: "Important update about your event",
          type: "event_update",
          channels: ["websocket", "email", "sms"],
        },
        { message: "Doors open at seven." },
      ],
    },
    headers: ["Idempotency-Key"],
    replies: {
      202: {
        description: "It is written down; people are told one after the other",
        data: broadcast,
        headers: ["Location", "Idempotency-Replayed"],
      },
    },
    errors: ["EVENT_NOT_FOUND"],
  },
  {
    method: "GET",
    path: "/notifications/broadcasts/:id",
    operationId: "getBroadcast",
    tag,
    summary: "How far a broadcast has come",
    params: z.object({ id: uuid.meta({ description: "The broadcast" }) }),
    replies: { 200: { description: "Counted as it is now", data: broadcast } },
    errors: ["BROADCAST_NOT_FOUND"],
  },
];
