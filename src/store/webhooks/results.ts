import type { Queryable } from "../database.ts";
import { CLAIMED, type ClaimKey, type WebhookClaim } from "./cursors.ts";

/** An attempt at a message, as it is written down. */
export interface WebhookAttempt {
  readonly attemptId: string;
  readonly messageId: string;
  readonly fromSeq: number;
  readonly toSeq: number;
  readonly result: {
    readonly statusCode: number | null;
    readonly error: string | null;
    readonly durationMs: number;
  };
}

/** A cursor belongs to whoever claimed it last: what is written with an older claim finds no row. */
const HELD = "c.event_id = $1 and c.endpoint_id = $2 and c.claim = $3";
const LET_GO = "claim = c.claim + 1";

const keyOf = ({ eventId, endpointId, claim }: ClaimKey) => [eventId, endpointId, claim];

/** Fixes where a message ends before it is sent. False where the claim was lost. */
export async function beginWebhookMessage(db: Queryable, claim: ClaimKey, toSeq: number): Promise<boolean> {
  const { rowCount } = await db.query({
    name: "webhook-begin",
    text: `update webhook_cursor c set to_seq = $4 where ${HELD}`,
    values: [...keyOf(claim), toSeq],
  });
  return rowCount === 1;
}

/** Passes over what an endpoint does not want. @returns the claim; null where it was lost. */
export async function skipWebhookEntries(
  db: Queryable,
  claim: ClaimKey,
  scannedSeq: number,
): Promise<WebhookClaim | null> {
  const { rows } = await db.query<WebhookClaim>({
    name: "webhook-skip",
    text: `update webhook_cursor c set scanned_seq = $4, to_seq = null from webhook_endpoint w
            where ${HELD} and w.id = c.endpoint_id returning ${CLAIMED}`,
    values: [...keyOf(claim), scannedSeq],
  });
  return rows[0] ?? null;
}

/** Lets go of a claim; whoever is next may have it at once. */
export async function releaseWebhookCursor(db: Queryable, claim: ClaimKey): Promise<void> {
  await db.query({
    name: "webhook-release",
    text: `update webhook_cursor c set due_at = now(), ${LET_GO} where ${HELD}`,
    values: keyOf(claim),
  });
}

/**
 * A message was taken: the cursor moves behind it.
 * @returns the claim, still held; null where the endpoint knows everything now, is to get no more, or the claim was lost.
 */
export async function webhookDelivered(
  db: Queryable,
  claim: WebhookClaim,
  attempt: WebhookAttempt,
  leaseMs: number,
): Promise<WebhookClaim | null> {
  const { rows } = await db.query<WebhookClaim & { more: boolean }>({
    name: "webhook-delivered",
    text: `with moved as (
             update webhook_cursor c
                set sent_seq = $4, scanned_seq = $4, to_seq = null, attempts = 0, failing_since = null,
                    claim = case when a.ledger_seq > $4 and w.is_active then c.claim else c.claim + 1 end,
                    due_at = case when a.ledger_seq > $4 and w.is_active
                             then now() + $5 * interval '1 millisecond' else now() end
               from actor a, webhook_endpoint w
              where ${HELD} and a.event_id = c.event_id and w.id = c.endpoint_id
             returning ${CLAIMED}, a.ledger_seq > $4 and w.is_active as more),
           recovered as (
             update webhook_endpoint set failing_since = null
              where id = $2 and failing_since is not null and exists (select 1 from moved)),
           noted as (
             insert into webhook_attempt (endpoint_id, id, message_id, event_id, from_seq, to_seq, attempt, is_delivered,
                                          status_code, duration_ms)
             select $2, $6, $7, $1, $8, $4, $9, true, $10, $11 where exists (select 1 from webhook_endpoint where id = $2))
           select * from moved`,
    values: [...keyOf(claim), attempt.toSeq, leaseMs, ...noteOf(claim, attempt)],
  });
  const [row] = rows;
  return row?.more ? row : null;
}

function noteOf({ attempts }: WebhookClaim, { attemptId, messageId, fromSeq, result }: WebhookAttempt) {
  return [attemptId, messageId, fromSeq, attempts + 1, result.statusCode, result.durationMs];
}

/**
 * A message was not taken: it is tried again after a pause, or its endpoint gets nothing any more.
 * @returns the endpoint where this very failure disabled it.
 */
export async function webhookFailed(
  db: Queryable,
  claim: WebhookClaim,
  attempt: WebhookAttempt,
  failure: {
    readonly pauseMs: number;
    readonly restMs: number;
    readonly disable: "gone" | "failing" | null;
    readonly shrinkTo: number | null;
  },
) {
  const { rows } = await db.query<{
    endpointId: string;
    ownerId: string;
    url: string;
    reason: "gone" | "failing";
  }>({
    name: "webhook-failed",
    text: `with kept as (
             update webhook_cursor c
                set attempts = case when $12::integer is null then c.attempts + 1 else 0 end,
                    to_seq = case when $12::integer is null then c.to_seq end,
                    failing_since = coalesce(c.failing_since, now()),
                    due_at = now() + $13 * interval '1 millisecond', ${LET_GO}
              where ${HELD} returning c.due_at),
           noted as (
             insert into webhook_attempt (endpoint_id, id, message_id, event_id, from_seq, to_seq, attempt, is_delivered,
                                          status_code, duration_ms, error, next_attempt_at)
             select $2, $6, $7, $1, $8, $4, $9, false, $10, $11, $5::text,
                    case when $15::text is null then (select due_at from kept) end
              where exists (select 1 from webhook_endpoint where id = $2)),
           failing as (
             update webhook_endpoint w
                set failing_since = coalesce(w.failing_since, now()),
                    rest_until = greatest(w.rest_until, now() + $14 * interval '1 millisecond'),
                    message_bytes_max = least(w.message_bytes_max, coalesce($12::integer, w.message_bytes_max)),
                    is_active = w.is_active and $15::text is null,
                    disabled_reason = coalesce(w.disabled_reason, $15::text),
                    disabled_at = case when w.is_active and $15::text is not null then now() else w.disabled_at end
              where w.id = $2 and exists (select 1 from kept)
             returning w.id, w.owner_id, w.url, $15::text is not null and w.disabled_at = now() as is_disabled_now)
           select id as "endpointId", owner_id as "ownerId", url, $15::text as reason from failing where is_disabled_now`,
    values: [
      ...keyOf(claim),
      attempt.toSeq,
      attempt.result.error,
      ...noteOf(claim, attempt),
      failure.shrinkTo,
      failure.pauseMs,
      failure.restMs,
      failure.disable,
    ],
  });
  return rows[0] ?? null;
}
