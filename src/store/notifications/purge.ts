import type { Queryable } from "../database.ts";

/** Rows of one statement, and statements of one call: what is left waits for the next. */
const ROWS_MAX = 5_000;
const ROUNDS_MAX = 40;

/**
 * Deletes what people were told longer ago than `keepDays`, with all that is known about how. Ids sort by time, so that
 * the oldest are found without looking at the others.
 */
export async function purgeNotifications(db: Queryable, keepDays: number): Promise<void> {
  for (let round = 0; round < ROUNDS_MAX; round += 1) {
    const { rows } = await db.query<{ deleted: number }>({
      name: "notification-purge",
      text: `with old as (
               select id from notification where id < (lpad(to_hex(floor(extract(epoch from
                 now() - $1 * interval '1 day') * 1000)::bigint), 12, '0') || repeat('0', 20))::uuid
                order by id limit $2),
             attempts as (delete from notification_attempt a using old where a.notification_id = old.id),
             deliveries as (delete from notification_delivery d using old where d.notification_id = old.id),
             gone as (delete from notification n using old where n.id = old.id returning n.id)
             select count(*) as deleted from gone`,
      values: [keepDays, ROWS_MAX],
    });
    if ((rows[0]?.deleted ?? 0) < ROWS_MAX) break;
  }
  await db.query({
    name: "broadcast-purge",
    text: `delete from notification_broadcast
            where due_at is null and created_at < now() - $1 * interval '1 day'`,
    values: [keepDays],
  });
}
