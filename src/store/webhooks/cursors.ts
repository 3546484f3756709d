import type pg from "pg";
import type { EventId } from "../../domain/ids.ts";
import { columnsOf, ms } from "../columns.ts";
import type { Queryable } from "../database.ts";
import { eventById } from "../queries/events.ts";
import { readLedger } from "../sql/ledger.ts";

/** See `Claim` of the webhooks; a row of `webhook_cursor` with what of its endpoint is needed to send. */
export interface WebhookClaim {
  readonly eventId: EventId;
  readonly endpointId: string;
  readonly claim: number;
  readonly sentSeq: number;
  readonly scannedSeq: number;
  readonly toSeq: number | null;
  readonly attempts: number;
  readonly failingSince: number | null;
  readonly url: string;
  readonly secrets: readonly Buffer[];
  readonly types: readonly string[] | null;
  readonly messageBytesMax: number;
}

export type ClaimKey = Pick<WebhookClaim, "eventId" | "endpointId" | "claim">;

export const CLAIMED = `c.event_id as "eventId", c.endpoint_id as "endpointId", c.claim, c.sent_seq as "sentSeq",
  c.scanned_seq as "scannedSeq", c.to_seq as "toSeq", c.attempts, ${ms("c.failing_since")} as "failingSince", w.url,
  case when w.old_secret_until > now() then array[w.secret, w.old_secret] else array[w.secret] end as secrets,
  w.types, w.message_bytes_max as "messageBytesMax"`;

/** An endpoint that may be told of an event now: its owner still may, and it has not asked to be left alone. */
const LISTENING = `join webhook_endpoint w on w.id = c.endpoint_id and w.is_active and w.rest_until <= now()
    join event e on e.event_id = c.event_id
    join users u on u.id = w.owner_id and u.is_active
         and (u.role = 'admin' or (u.role = 'organizer' and e.created_by = u.id))
    join actor a on a.event_id = c.event_id and a.ledger_seq > c.scanned_seq`;

/**
 * Gives a cursor to every event that an endpoint listens to and that has none: it was created after the endpoint, so
 * it is told from its first number on.
 * @returns how many endpoints are active.
 */
export async function prepareWebhookCursors(db: Queryable): Promise<number> {
  await db.query({
    name: "webhook-prepare",
    text: `insert into webhook_cursor (event_id, endpoint_id, sent_seq, scanned_seq)
           select e.event_id, w.id, 0, 0 from webhook_endpoint w
             join event e on e.created_by = w.owner_id
            where w.event_id is null and w.is_active
              and not exists (select 1 from webhook_cursor c where c.event_id = e.event_id and c.endpoint_id = w.id)
           on conflict do nothing`,
  });
  const { rows } = await db.query<{ listening: number }>({
    name: "webhook-listening",
    text: "select count(*)::integer as listening from webhook_endpoint where is_active",
  });
  return rows[0]?.listening ?? 0;
}

/**
 * Claims cursors that are behind, those that wait longest first, by putting them off for the lease. Of an endpoint that
 * fails only one is tried at a time.
 */
export async function claimWebhookCursors(
  pool: pg.Pool,
  wanted: {
    readonly eventIds: readonly EventId[] | null;
    readonly max: number;
    readonly perEndpointMax: number;
    readonly busy: ReadonlyMap<string, number>;
    readonly leaseMs: number;
  },
): Promise<WebhookClaim[]> {
  const { eventIds, max, perEndpointMax, busy, leaseMs } = wanted;
  const { rows } = await pool.query<WebhookClaim>({
    name: eventIds === null ? "webhook-claim-any" : "webhook-claim-of",
    text: `with due as (
             select c.event_id, c.endpoint_id, w.failing_since,
                    coalesce(b.count, 0) + row_number() over (partition by c.endpoint_id order by c.due_at) as place
               from webhook_cursor c ${LISTENING}
               left join unnest($3::uuid[], $4::integer[]) as b (endpoint_id, count) on b.endpoint_id = c.endpoint_id
              where c.due_at <= now() ${eventIds === null ? "" : "and c.event_id = any($6::uuid[])"}),
           picked as (
             select c.event_id, c.endpoint_id from due d
               join webhook_cursor c on c.event_id = d.event_id and c.endpoint_id = d.endpoint_id
              where c.due_at <= now() and d.place <= case when d.failing_since is null then $5::integer else 1 end
              order by d.place, c.due_at limit $1
                for update of c skip locked)
           update webhook_cursor c set due_at = now() + $2 * interval '1 millisecond', claim = c.claim + 1
             from picked p join webhook_endpoint w on w.id = p.endpoint_id
            where c.event_id = p.event_id and c.endpoint_id = p.endpoint_id
           returning ${CLAIMED}`,
    values: [
      max,
      leaseMs,
      [...busy.keys()],
      [...busy.values()],
      perEndpointMax,
      ...(eventIds === null ? [] : [eventIds]),
    ],
  });
  return rows;
}

/** Claims for longer what is being sent. What somebody writes right now is left for the next time. */
export async function renewWebhookClaims(
  db: Queryable,
  claims: readonly ClaimKey[],
  leaseMs: number,
): Promise<void> {
  if (claims.length === 0) return;
  await db.query({
    name: "webhook-renew",
    text: `with held as (
             select c.event_id, c.endpoint_id from webhook_cursor c
               join unnest($1::uuid[], $2::uuid[], $3::bigint[]) as u (event_id, endpoint_id, claim)
                 on c.event_id = u.event_id and c.endpoint_id = u.endpoint_id and c.claim = u.claim
                for update of c skip locked)
           update webhook_cursor c set due_at = now() + $4 * interval '1 millisecond' from held h
            where c.event_id = h.event_id and c.endpoint_id = h.endpoint_id`,
    values: [
      ...columnsOf(
        claims,
        ({ eventId }) => eventId,
        ({ endpointId }) => endpointId,
        ({ claim }) => claim,
      ),
      leaseMs,
    ],
  });
}

/** Whoever writes down an attempt has a cursor first and the endpoint then. So does everybody: two never wait for each other. */
export async function lockCursors(tx: Queryable, id: string): Promise<void> {
  await tx.query("select 1 from webhook_cursor where endpoint_id = $1 order by event_id for update", [id]);
}

/**
 * A stretch of a ledger and its event. The event is read after it: tiers are only ever added, so that it has every tier
 * that the entries name, and the same entries are shown the same way each time.
 */
export async function readStretch(db: Queryable, eventId: EventId, fromSeq: number, max: number) {
  const entries = await readLedger(db, [{ eventId, from: fromSeq, to: fromSeq + max - 1 }]);
  return { entries, event: await eventById(db, eventId) };
}
