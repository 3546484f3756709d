import { z } from "zod";
import * as schemas from "../schemas/webhooks.ts";
import { pageBeside } from "./components/list.ts";
import { uuid } from "./components/scalars.ts";
import * as shown from "./components/webhook.ts";
import type { Operation } from "./operation.ts";

const tag = "Webhooks";

const byId = z.object({ id: uuid.meta({ description: "The webhook" }) });

/** Endpoints that organizers are told of outcomes at. */
export const WEBHOOK_OPERATIONS: readonly Operation[] = [
  {
    method: "GET",
    path: "/webhooks",
    operationId: "listWebhooks",
    tag,
    summary: "One's own webhooks; all of them for an admin",
    query: schemas.webhookListQuery,
    replies: {
      200: {
        description: "A page of webhooks, oldest first",
        data: z.array(shown.webhook),
        beside: pageBeside,
        headers: ["Link"],
      },
    },
    errors: [],
  },
  {
    method: "POST",
    path: "/webhooks",
    operationId: "createWebhook",
    tag,
    summary: "Be told of outcomes at an address",
    description:
      "Messages follow Standard Webhooks: signed, in the ledger's order, sent again until they are answered 2xx. " +
      "Addresses inside of private networks are refused.",
    body: {
      name: "CreateWebhook",
      schema: schemas.createWebhookBody,
      otherNames: schemas.WEBHOOK_NAMES,
      examples: [
        { url: "https://example.com/hooks/evently" },
        { url: "https://example.com/hooks/evently", types: ["booking.confirmed", "booking.cancelled"] },
      ],
    },
    headers: ["Idempotency-Key"],
    replies: {
      201: {
        description: "The new webhook; its secret is shown this once",
        data: shown.webhookWithSecret,
        headers: ["Location", "Idempotency-Replayed"],
      },
    },
    errors: ["EVENT_NOT_FOUND", "WEBHOOK_NOT_FOUND", "WEBHOOK_LIMIT_EXCEEDED"],
  },
  {
    method: "GET",
    path: "/webhooks/:id",
    operationId: "getWebhook",
    tag,
    summary: "One webhook, and how far it is behind",
    params: byId,
    replies: { 200: { description: "The webhook", data: shown.webhookWithBacklog } },
    errors: ["WEBHOOK_NOT_FOUND"],
  },
  {
    method: "PATCH",
    path: "/webhooks/:id",
    operationId: "patchWebhook",
    tag,
    summary: "Change a webhook, switch it off or on; what is left out stays",
    params: byId,
    body: {
      name: "UpdateWebhook",
      schema: schemas.updateWebhookBody,
      otherNames: schemas.WEBHOOK_CHANGE_NAMES,
      examples: [{ is_active: false }, { types: null }, {}],
    },
    replies: { 200: { description: "The webhook as it is now", data: shown.webhook } },
    errors: ["WEBHOOK_NOT_FOUND"],
  },
  {
    method: "DELETE",
    path: "/webhooks/:id",
    operationId: "deleteWebhook",
    tag,
    summary: "Remove a webhook",
    params: byId,
    refusesBody: true,
    headers: ["Idempotency-Key"],
    replies: {
      200: {
        description: "Removed",
        data: z.strictObject({ id: uuid, webhook_id: uuid, deleted: z.literal(true) }),
        headers: ["Idempotency-Replayed"],
      },
    },
    errors: ["WEBHOOK_NOT_FOUND"],
  },
  {
    method: "POST",
    path: "/webhooks/:id/rotate-secret",
    operationId: "rotateWebhookSecret",
    tag,
    summary: "Replace the secret; for a while messages are signed with both",
    params: byId,
    refusesBody: true,
    headers: ["Idempotency-Key"],
    replies: {
      200: {
        description: "The webhook with its new secret",
        data: shown.webhookWithSecret,
        headers: ["Idempotency-Replayed"],
      },
    },
    errors: ["WEBHOOK_NOT_FOUND"],
  },
  {
    method: "POST",
    path: "/webhooks/:id/test",
    operationId: "tryWebhook",
    tag,
    summary: "Send a test message",
    params: byId,
    refusesBody: true,
    headers: ["Idempotency-Key"],
    replies: {
      200: {
        description: "What became of it",
        data: shown.webhookTrial,
        headers: ["Idempotency-Replayed"],
      },
    },
    errors: ["WEBHOOK_NOT_FOUND", "IDEMPOTENCY_KEY_IN_USE"],
  },
  {
    method: "GET",
    path: "/webhooks/:id/deliveries",
    operationId: "listWebhookDeliveries",
    tag,
    summary: "Attempts at messages, newest first",
    params: byId,
    query: schemas.deliveryListQuery,
    replies: {
      200: {
        description: "A page of attempts",
        data: z.array(shown.webhookAttempt),
        beside: pageBeside,
        headers: ["Link"],
      },
    },
    errors: ["WEBHOOK_NOT_FOUND"],
  },
];
