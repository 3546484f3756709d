import type { WebhookAttemptView, WebhookBacklog, WebhookView } from "../../domain/webhook.ts";
import { iso } from "./time.ts";

/** An endpoint as its owner sees it, without its secret. */
export function presentWebhook(webhook: WebhookView): Record<string, unknown> {
  return {
    id: webhook.id,
    webhook_id: webhook.id,
    user_id: webhook.ownerId,
    url: webhook.url,
    description: webhook.description,
    event_id: webhook.eventId,
    types: webhook.types,
    is_active: webhook.isActive,
    disabled_reason: webhook.disabledReason,
    disabled_at: iso(webhook.disabledAt),
    failing_since: iso(webhook.failingSince),
    secret_version: webhook.secretVersion,
    old_secret_valid_until: iso(webhook.oldSecretUntil),
    created_at: iso(webhook.createdAt),
    updated_at: iso(webhook.updatedAt),
  };
}

export function presentBacklog({ outcomes, events }: WebhookBacklog): Record<string, unknown> {
  return { outcomes, events };
}

/** An attempt at a message; one without an event was a test. */
export function presentAttempt(attempt: WebhookAttemptView): Record<string, unknown> {
  return {
    id: attempt.id,
    message_id: attempt.messageId,
    type: attempt.eventId === null ? "webhook.test" : "event.outcomes",
    event_id: attempt.eventId,
    from_seq: attempt.fromSeq,
    to_seq: attempt.toSeq,
    attempt: attempt.attempt,
    status: attempt.isDelivered ? "delivered" : "failed",
    status_code: attempt.statusCode,
    error: attempt.error,
    duration_ms: attempt.durationMs,
    attempted_at: iso(attempt.attemptedAt),
    next_attempt_at: iso(attempt.nextAttemptAt),
  };
}
