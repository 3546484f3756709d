import type pg from "pg";
import type { WebhookView } from "../../domain/webhook.ts";
import type { Queryable } from "../database.ts";
import { lockCursors } from "./cursors.ts";
import { ENDPOINT } from "./endpoint-reads.ts";
import type { Key, WebhookWrite } from "./keys.ts";

export interface NewWebhook {
  readonly id: string;
  readonly ownerId: string;
  readonly eventId: string | null;
  readonly url: string;
  readonly description: string | null;
  readonly types: readonly string[] | null;
  readonly secret: Buffer;
  readonly ofOwnerMax: number;
  readonly key: Key;
}

export interface WebhookChanges {
  readonly url?: string;
  readonly description?: string | null;
  readonly types?: readonly string[] | null;
  readonly isActive?: boolean;
}

/** Creates an endpoint that is told of what is decided from now on: events that exist are taken up where they stand. */
export async function createWebhook(tx: Queryable, webhook: NewWebhook): Promise<WebhookWrite> {
  const { id, ownerId, eventId, url, description, types, secret, ofOwnerMax } = webhook;
  // Whoever creates another one for the same owner waits here, so that both are counted.
  await tx.query("select 1 from users where id = $1 for no key update", [ownerId]);
  const { rows } = await tx.query<{ owned: number }>(
    "select count(*)::integer as owned from webhook_endpoint where owner_id = $1",
    [ownerId],
  );
  if ((rows[0]?.owned ?? 0) >= ofOwnerMax) throw new TooManyWebhooks();
  await tx.query(
    `insert into webhook_endpoint (id, owner_id, event_id, url, description, types, secret)
     values ($1, $2, $3, $4, $5, $6, $7)`,
    [id, ownerId, eventId, url, description, types, secret],
  );
  await tx.query(
    `insert into webhook_cursor (event_id, endpoint_id, sent_seq, scanned_seq)
     select e.event_id, $1, a.ledger_seq, a.ledger_seq from event e join actor a using (event_id)
      where case when $3::uuid is null then e.created_by = $2 else e.event_id = $3 end`,
    [id, ownerId, eventId],
  );
  return { type: "done", id };
}

/** Thrown to roll back: a request that is refused does not use up its key. */
export class TooManyWebhooks extends Error {}

/** Replaces what is given. Whoever changes an address, or switches an endpoint on, has its messages tried at once. */
export async function updateWebhook(
  tx: Queryable,
  id: string,
  { url, description, types, isActive }: WebhookChanges,
): Promise<WebhookView | null> {
  await lockCursors(tx, id);
  const isOther = types !== undefined;
  if (isOther || url !== undefined || isActive === true) {
    // Other outcomes make another message. Whoever sends the present one loses their claim.
    await tx.query(
      `update webhook_cursor set due_at = now(), attempts = 0, failing_since = null, claim = claim + 1,
              to_seq = case when $2 then null else to_seq end
        where endpoint_id = $1`,
      [id, isOther],
    );
  }
  const { rows } = await tx.query<WebhookView & pg.QueryResultRow>(
    `update webhook_endpoint w
        set url = coalesce($2, url), description = case when $3 then $4 else description end,
            types = case when $5 then $6::text[] else types end, is_active = coalesce($7, is_active),
            disabled_reason = case when $7 then null when not $7 then coalesce(disabled_reason, 'owner')
                              else disabled_reason end,
            disabled_at = case when $7 then null when not $7 then coalesce(disabled_at, now()) else disabled_at end,
            failing_since = case when $8 then null else failing_since end,
            rest_until = case when $8 then now() else rest_until end, updated_at = now()
      where id = $1 returning ${ENDPOINT}`,
    [
      id,
      url ?? null,
      description !== undefined,
      description ?? null,
      types !== undefined,
      types ?? null,
      isActive ?? null,
      url !== undefined || isActive === true,
    ],
  );
  return rows[0] ?? null;
}

export async function rotateSecret(
  tx: Queryable,
  { id, secret, overlapMs }: { readonly id: string; readonly secret: Buffer; readonly overlapMs: number },
): Promise<WebhookWrite> {
  await tx.query(
    `update webhook_endpoint set old_secret = secret, old_secret_until = now() + $3 * interval '1 millisecond',
            secret = $2, secret_version = secret_version + 1, updated_at = now()
      where id = $1`,
    [id, secret, overlapMs],
  );
  return { type: "done", id };
}

export async function removeWebhook(tx: Queryable, id: string): Promise<WebhookWrite> {
  await lockCursors(tx, id);
  await tx.query("delete from webhook_endpoint where id = $1", [id]);
  return { type: "done", id };
}
