import type { EventId } from "./ids.ts";

/** Why nothing is sent to an endpoint: its owner said so, it said so itself (410), or it failed for too long. */
export type DisabledReason = "owner" | "gone" | "failing";

/** Where an organiser is told of outcomes. Times are Unix milliseconds. */
export interface WebhookView {
  readonly id: string;
  readonly ownerId: string;
  /** Null: all events of the owner. */
  readonly eventId: EventId | null;
  readonly url: string;
  readonly description: string | null;
  /** Which outcomes, by the names of the API; null: all. */
  readonly types: readonly string[] | null;
  readonly secretVersion: number;
  /** Until when messages are signed with the secret before, too; null where they are not. */
  readonly oldSecretUntil: number | null;
  readonly isActive: boolean;
  readonly disabledReason: DisabledReason | null;
  readonly disabledAt: number | null;
  readonly failingSince: number | null;
  readonly createdAt: number;
  readonly updatedAt: number;
}

/** One attempt at a message. */
export interface WebhookAttemptView {
  readonly id: string;
  readonly messageId: string;
  /** Null for a test, as are the two numbers. */
  readonly eventId: EventId | null;
  readonly fromSeq: number | null;
  readonly toSeq: number | null;
  /** From 1. */
  readonly attempt: number;
  readonly isDelivered: boolean;
  /** Null where there was no answer. */
  readonly statusCode: number | null;
  readonly error: string | null;
  readonly durationMs: number;
  readonly attemptedAt: number;
  readonly nextAttemptAt: number | null;
}

/** How far an endpoint is behind. */
export interface WebhookBacklog {
  /** Numbers of ledgers that it has not been told of. */
  readonly outcomes: number;
  readonly events: number;
}
