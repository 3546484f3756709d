import type pg from "pg";
import type { WebhookView } from "../../domain/webhook.ts";
import { ms } from "../columns.ts";
import type { Queryable } from "../database.ts";

export const ENDPOINT = `w.id, w.owner_id as "ownerId", w.event_id as "eventId", w.url, w.description, w.types,
  w.secret_version as "secretVersion",
  case when w.old_secret_until > now() then ${ms("w.old_secret_until")} end as "oldSecretUntil",
  w.is_active as "isActive", w.disabled_reason as "disabledReason", ${ms("w.disabled_at")} as "disabledAt",
  ${ms("w.failing_since")} as "failingSince", ${ms("w.created_at")} as "createdAt", ${ms("w.updated_at")} as "updatedAt"`;

export async function webhookById(db: Queryable, id: string): Promise<WebhookView | null> {
  const { rows } = await db.query<WebhookView & pg.QueryResultRow>({
    name: "webhook-by-id",
    text: `select ${ENDPOINT} from webhook_endpoint w where w.id = $1`,
    values: [id],
  });
  return rows[0] ?? null;
}

/** A page of endpoints, oldest first, of one owner or of all, and how many there are. */
export async function listWebhooks(
  db: Queryable,
  page: {
    readonly ownerId: string | null;
    readonly eventId: string | null;
    readonly limit: number;
    readonly offset: number;
  },
): Promise<{ readonly webhooks: WebhookView[]; readonly total: number }> {
  const filter = "($1::uuid is null or w.owner_id = $1) and ($2::uuid is null or w.event_id = $2)";
  const values = [page.ownerId, page.eventId];
  const [rows, count] = await Promise.all([
    db.query<WebhookView & pg.QueryResultRow>({
      name: "webhook-list",
      text: `select ${ENDPOINT} from webhook_endpoint w where ${filter} order by w.id limit $3 offset $4`,
      values: [...values, page.limit, page.offset],
    }),
    db.query<{ total: number }>({
      name: "webhook-count",
      text: `select count(*) as total from webhook_endpoint w where ${filter}`,
      values,
    }),
  ]);
  return { webhooks: rows.rows, total: count.rows[0]?.total ?? 0 };
}

/** The secrets that messages are signed with now, the present one first. */
export async function secretsOf(db: Queryable, id: string): Promise<readonly Buffer[]> {
  const { rows } = await db.query<{ secrets: Buffer[] }>({
    name: "webhook-secrets",
    text: `select case when old_secret_until > now() then array[secret, old_secret] else array[secret] end as secrets
             from webhook_endpoint where id = $1`,
    values: [id],
  });
  return rows[0]?.secrets ?? [];
}
