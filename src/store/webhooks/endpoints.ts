import type pg from "pg";
import { inTransaction } from "../database.ts";
import { orFault } from "../faults.ts";
import { onceOutside } from "../kept-replies.ts";
import { noteWebhookTest, webhookAttempts, webhookBacklog } from "./attempts.ts";
import { listWebhooks, secretsOf, webhookById } from "./endpoint-reads.ts";
import {
  createWebhook,
  type NewWebhook,
  removeWebhook,
  rotateSecret,
  TooManyWebhooks,
  updateWebhook,
  type WebhookChanges,
} from "./endpoint-writes.ts";
import { earlierUse, type Key, keyUse, type WebhookWrite } from "./keys.ts";

/** Endpoints on a pool. @throws Fault "StoreUnavailable" where the database cannot be asked. */
export function createWebhooks(pool: pg.Pool) {
  const keyed = (id: string, key: Key, work: (tx: pg.PoolClient) => Promise<WebhookWrite>) =>
    orFault(() => inTransaction(pool, async (tx) => (await earlierUse(tx, id, key)) ?? (await work(tx))));
  return {
    byId: (id: string) => orFault(() => webhookById(pool, id)),
    list: (page: Parameters<typeof listWebhooks>[1]) => orFault(() => listWebhooks(pool, page)),
    secretsOf: (id: string) => orFault(() => secretsOf(pool, id)),
    backlogOf: (id: string) => orFault(() => webhookBacklog(pool, id)),
    attemptsOf: (page: Parameters<typeof webhookAttempts>[1]) => orFault(() => webhookAttempts(pool, page)),
    noteTest: (attempt: Parameters<typeof noteWebhookTest>[1]) =>
      orFault(() => noteWebhookTest(pool, attempt)),
    update: (id: string, changes: WebhookChanges) =>
      orFault(() => inTransaction(pool, (tx) => updateWebhook(tx, id, changes))),
    create: (webhook: NewWebhook) =>
      keyed(webhook.id, webhook.key, (tx) => createWebhook(tx, webhook)).catch((error: unknown) => {
        if (error instanceof TooManyWebhooks) return { type: "tooMany" } as const;
        throw error;
      }),
    rotate: (asked: {
      readonly id: string;
      readonly secret: Buffer;
      readonly overlapMs: number;
      readonly key: Key;
    }) => keyed(asked.id, asked.key, (tx) => rotateSecret(tx, asked)),
    remove: (id: string, key: Key) => keyed(id, key, (tx) => removeWebhook(tx, id)),
    /** Does what no transaction can wait for once for each key. */
    once: <T>(key: Key, work: () => Promise<T>) => orFault(() => onceOutside(pool, key, work)),
    /** What a key was used for; null where it was not. */
    keyUse: (key: Key) => orFault(() => keyUse(pool, key)),
  };
}
