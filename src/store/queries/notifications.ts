import type { NotificationView } from "../../domain/views.ts";
import { columnsOf, ms, timestamp } from "../columns.ts";
import type { Queryable } from "../database.ts";

export async function saveNotifications(
  db: Queryable,
  notifications: readonly Omit<NotificationView, "readAt">[],
): Promise<void> {
  await db.query({
    name: "notification-save",
    text: `insert into notification (user_id, event_id, seq, type, data, created_at)
           select * from unnest($1::uuid[], $2::uuid[], $3::bigint[], $4::text[], $5::json[], $6::timestamptz[])
           on conflict do nothing`,
    values: columnsOf(
      notifications,
      ({ userId }) => userId,
      ({ eventId }) => eventId,
      ({ seq }) => seq,
      ({ type }) => type,
      ({ data }) => JSON.stringify(data),
      ({ createdAt }) => timestamp(createdAt),
    ),
  });
}

/** A page of a person's notifications, newest first, and how many there are in all. */
export async function notificationsOfUser(
  db: Queryable,
  page: { readonly userId: string; readonly limit: number; readonly offset: number },
): Promise<{ readonly notifications: NotificationView[]; readonly total: number }> {
  const { userId, limit, offset } = page;
  const [rows, count] = await Promise.all([
    db.query<NotificationView>({
      name: "notification-list",
      text: `select user_id as "userId", event_id as "eventId", seq, type, data, ${ms("created_at")} as "createdAt",
                    ${ms("read_at")} as "readAt"
               from notification where user_id = $1 order by created_at desc, seq desc limit $2 offset $3`,
      values: [userId, limit, offset],
    }),
    db.query<{ total: number }>({
      name: "notification-count",
      text: "select count(*) as total from notification where user_id = $1",
      values: [userId],
    }),
  ]);
  return { notifications: rows.rows, total: count.rows[0]?.total ?? 0 };
}
