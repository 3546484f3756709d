import type pg from "pg";
import type { WebhookAttemptView, WebhookBacklog } from "../../domain/webhook.ts";
import { ms } from "../columns.ts";
import type { Queryable } from "../database.ts";

/** How far an endpoint is behind. */
export async function webhookBacklog(db: Queryable, id: string): Promise<WebhookBacklog> {
  const { rows } = await db.query<WebhookBacklog & pg.QueryResultRow>({
    name: "webhook-backlog",
    text: `select coalesce(sum(a.ledger_seq - c.scanned_seq), 0)::bigint as outcomes, count(*)::integer as events
             from webhook_cursor c join actor a on a.event_id = c.event_id and a.ledger_seq > c.scanned_seq
            where c.endpoint_id = $1`,
    values: [id],
  });
  return rows[0] ?? { outcomes: 0, events: 0 };
}

/** A page of attempts, newest first, and how many there are. */
export async function webhookAttempts(
  db: Queryable,
  page: {
    readonly webhookId: string;
    readonly isDelivered: boolean | null;
    readonly limit: number;
    readonly offset: number;
  },
): Promise<{ readonly attempts: WebhookAttemptView[]; readonly total: number }> {
  const filter = "endpoint_id = $1 and ($2::boolean is null or is_delivered = $2)";
  const values = [page.webhookId, page.isDelivered];
  const [rows, count] = await Promise.all([
    db.query<WebhookAttemptView & pg.QueryResultRow>({
      name: "webhook-attempts",
      text: `select id, message_id as "messageId", event_id as "eventId", from_seq as "fromSeq", to_seq as "toSeq",
                    attempt, is_delivered as "isDelivered", status_code as "statusCode", error,
                    duration_ms as "durationMs", ${ms("attempted_at")} as "attemptedAt",
                    ${ms("next_attempt_at")} as "nextAttemptAt"
               from webhook_attempt where ${filter} order by id desc limit $3 offset $4`,
      values: [...values, page.limit, page.offset],
    }),
    db.query<{ total: number }>({
      name: "webhook-attempt-count",
      text: `select count(*) as total from webhook_attempt where ${filter}`,
      values,
    }),
  ]);
  return { attempts: rows.rows, total: count.rows[0]?.total ?? 0 };
}

/** Writes down that an owner has tried an endpoint out. */
export async function noteWebhookTest(
  db: Queryable,
  attempt: {
    readonly webhookId: string;
    readonly id: string;
    readonly messageId: string;
    readonly isDelivered: boolean;
    readonly statusCode: number | null;
    readonly error: string | null;
    readonly durationMs: number;
  },
): Promise<void> {
  const { webhookId, id, messageId, isDelivered, statusCode, error, durationMs } = attempt;
  await db.query({
    name: "webhook-note-test",
    text: `insert into webhook_attempt (endpoint_id, id, message_id, attempt, is_delivered, status_code, error, duration_ms)
           select $1, $2, $3, 1, $4, $5, $6, $7 where exists (select 1 from webhook_endpoint where id = $1)`,
    values: [webhookId, id, messageId, isDelivered, statusCode, error, durationMs],
  });
}

/** How long ago the oldest outcome was decided that an active endpoint has not taken yet; 0 where there is none. */
export async function oldestUndelivered(db: Queryable): Promise<number> {
  const { rows } = await db.query<{ age: number }>({
    name: "webhook-oldest",
    text: `select coalesce(extract(epoch from now() - min(l.decided_at)) * 1000, 0)::bigint as age
             from webhook_cursor c
             join webhook_endpoint w on w.id = c.endpoint_id and w.is_active
             join actor a on a.event_id = c.event_id and a.ledger_seq > c.scanned_seq
             join ledger l on l.event_id = c.event_id and l.seq = c.scanned_seq + 1`,
  });
  return rows[0]?.age ?? 0;
}
