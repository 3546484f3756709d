import type pg from "pg";
import { CHANNELS } from "../../notifications/channel.ts";
import { REACHED, UNDECIDED, type Verdict } from "../../notifications/delivery.ts";
import { CHOSEN_KINDS, MANDATORY_KINDS } from "../../notifications/kinds.ts";
import { columnsOf } from "../columns.ts";
import { inTransaction, type Queryable } from "../database.ts";
import { keyOf } from "./deliveries.ts";

const ENDED_BADLY: ReadonlySet<string> = new Set(["refused", "unreachable", "dead"]);

/**
 * Writes results down, each only where its claim still is the last one, and every attempt beside them. Where that was a
 * person's last way, the next one is planned; the row of the notification makes two that end at once come one after the
 * other, so that one of them sees that it is the last. Whoever was reached already needs no other way, whatever becomes of
 * the rest. @returns how many were planned
 */
export async function recordVerdicts(pool: pg.Pool, verdicts: readonly Verdict[]): Promise<number> {
  const ended = verdicts.filter(({ status }) => ENDED_BADLY.has(status));
  const ids = await notReached(pool, [
    ...new Set(ended.map(({ delivery }) => delivery.message.notificationId)),
  ]);
  if (ids.length === 0) {
    await write(pool, verdicts);
    await forget(pool, verdicts);
    return 0;
  }
  return await inTransaction(pool, async (tx) => {
    await tx.query({
      name: "delivery-lock",
      text: "select from notification where id = any($1::uuid[]) order by id for update",
      values: [ids],
    });
    await write(tx, verdicts);
    await forget(tx, verdicts);
    return await planNext(tx, ids);
  });
}

async function notReached(pool: pg.Pool, ids: readonly string[]): Promise<string[]> {
  if (ids.length === 0) return [];
  const { rows } = await pool.query<{ id: string }>({
    name: "delivery-not-reached",
    text: `select id from unnest($1::uuid[]) as u (id)
            where not exists (select from notification_delivery d where d.notification_id = u.id and d.status = any($2))`,
    values: [ids, REACHED],
  });
  return rows.map(({ id }) => id);
}

async function write(db: Queryable, verdicts: readonly Verdict[]): Promise<void> {
  await db.query({
    name: "delivery-write",
    text: `with u as (
             select * from unnest($1::uuid[], $2::text[], $3::integer[], $4::text[], $5::bigint[], $6::text[], $7::text[])
               as u (notification_id, channel, attempt, status, again_ms, ref, error)),
           tried as (
             insert into notification_attempt (notification_id, channel, attempt, result, provider_ref, error)
             select notification_id, channel, attempt, status, ref, error from u on conflict do nothing)
           update notification_delivery d
              set status = u.status, due_at = now() + u.again_ms * interval '1 millisecond',
                  provider_ref = coalesce(u.ref, d.provider_ref), error = u.error, updated_at = now()
             from u where d.notification_id = u.notification_id and d.channel = u.channel
              and d.attempts = u.attempt and d.due_at is not null`,
    values: [
      ...keyOf(verdicts.map(({ delivery }) => delivery)),
      ...columnsOf(
        verdicts,
        ({ status }) => status,
        ({ againInMs }) => againInMs,
        ({ ref }) => ref,
        ({ error }) => error,
      ),
    ],
  });
}

/** Subscriptions that a push service does not know any more. */
async function forget(db: Queryable, verdicts: readonly Verdict[]): Promise<void> {
  const gone = verdicts.flatMap(({ gone: of }) => of.map(({ endpoint }) => endpoint));
  if (gone.length > 0) await db.query("delete from push_subscription where endpoint = any($1)", [gone]);
}

/** The fail-over: see `Dispatcher` for its rule. */
async function planNext(tx: Queryable, ids: readonly string[]): Promise<number> {
  const { rowCount } = await tx.query({
    name: "delivery-fail-over",
    text: `insert into notification_delivery (notification_id, channel, user_id, is_fail_over)
           select n.id, c.channel, n.user_id, true
             from notification n
             left join notification_preference p
               on p.user_id = n.user_id and n.type <> all($5)
              and p.kind = case when n.type = any($2) then n.type else 'other' end
             cross join lateral (
               select o.channel from unnest($3::text[]) with ordinality as o (channel, place)
                where o.channel <> all(coalesce(p.off, '{}'))
                  and not exists (select from notification_delivery d
                                   where d.notification_id = n.id and d.channel = o.channel)
                order by o.place limit 1) c
            where n.id = any($1::uuid[]) and not n.is_internal
              and not exists (select from notification_delivery d
                               where d.notification_id = n.id and d.status = any($4))
           on conflict do nothing`,
    values: [ids, CHOSEN_KINDS, CHANNELS, [...REACHED, ...UNDECIDED], MANDATORY_KINDS],
  });
  return rowCount ?? 0;
}
