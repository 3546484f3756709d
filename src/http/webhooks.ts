import type { EventId } from "../domain/ids.ts";
import type { LedgerEntry } from "../domain/ledger.ts";
import type { EventView } from "../domain/views.ts";
import type { WebhookAttemptView, WebhookBacklog, WebhookView } from "../domain/webhook.ts";
import type { IdempotencyKey, KeptReply } from "./idempotency.ts";

/** What became of a write that a key may have asked for before; `id` is the endpoint's. */
export type WebhookWrite =
  | { readonly type: "done" | "replayed"; readonly id: string }
  | { readonly type: "keyReused" }
  | { readonly type: "tooMany" };

export interface WebhookChanges {
  readonly url?: string;
  readonly description?: string | null;
  readonly types?: readonly string[] | null;
  readonly isActive?: boolean;
}

/** Endpoints of organisers: kept by the store, tried out by who sends. */
export interface Webhooks {
  byId(id: string): Promise<WebhookView | null>;
  /** Oldest first; null: of all owners, for all events. */
  list(page: {
    readonly ownerId: string | null;
    readonly eventId: string | null;
    readonly limit: number;
    readonly offset: number;
  }): Promise<{ readonly webhooks: readonly WebhookView[]; readonly total: number }>;
  create(webhook: {
    readonly id: string;
    readonly ownerId: string;
    readonly eventId: string | null;
    readonly url: string;
    readonly description: string | null;
    readonly types: readonly string[] | null;
    readonly key: IdempotencyKey | null;
  }): Promise<WebhookWrite>;
  update(id: string, changes: WebhookChanges): Promise<WebhookView | null>;
  /** Gives it a new secret. */
  rotate(id: string, key: IdempotencyKey | null): Promise<WebhookWrite>;
  remove(id: string, key: IdempotencyKey | null): Promise<WebhookWrite>;
  /** What a key was used for; null where it was not. */
  keyUse(key: IdempotencyKey | null): Promise<WebhookWrite | null>;
  /** The present secret as its owner is shown it, `whsec_…`. */
  secretOf(id: string): Promise<string | null>;
  backlogOf(id: string): Promise<WebhookBacklog>;
  /** Newest first. */
  attemptsOf(page: {
    readonly webhookId: string;
    readonly isDelivered: boolean | null;
    readonly limit: number;
    readonly offset: number;
  }): Promise<{ readonly attempts: readonly WebhookAttemptView[]; readonly total: number }>;
  /** What is wrong with an address, in words for its owner; null where nothing is. */
  problemOfUrl(url: string): Promise<string | null>;
  /**
   * Sends a test message and writes down what became of it; "underWay" where a request with this key is still at it.
   * @throws Fault "Overloaded" where too many are tried at once.
   */
  tryOut(
    webhook: WebhookView,
    key: IdempotencyKey | null,
  ): Promise<KeptReply<WebhookTrial> | { readonly type: "underWay" }>;
}

/** What became of a test message. */
export interface WebhookTrial {
  readonly messageId: string;
  readonly isDelivered: boolean;
  readonly statusCode: number | null;
  readonly error: string | null;
  readonly durationMs: number;
}

/** The numbered decisions of an event. */
export interface Ledgers {
  /** From a number on, in order, at most `max`; the event as it is after them. */
  read(
    eventId: EventId,
    fromSeq: number,
    max: number,
  ): Promise<{ readonly entries: readonly LedgerEntry[]; readonly event: EventView | null }>;
  /** Waits for news of an event; begin before you look, or you may miss it. */
  listen(eventId: EventId): {
    /** Resolves at the next news, which may have come already, when the time is up, or when it is given up. */
    next(ms: number): Promise<void>;
    /** Gives it up. */
    readonly end: () => void;
    readonly isOver: boolean;
  };
}
