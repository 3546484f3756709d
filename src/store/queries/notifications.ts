import type { AttemptView, DeadLetterView, DeliveryCount } from "../../domain/notification-views.ts";
import type { NotificationView } from "../../domain/views.ts";
import { ms } from "../columns.ts";
import type { Queryable } from "../database.ts";

const DELIVERIES = `coalesce((select json_agg(json_build_object(
    'channel', d.channel, 'status', d.status, 'isFailOver', d.is_fail_over, 'attempts', d.attempts,
    'ref', d.provider_ref, 'error', d.error, 'createdAt', ${ms("d.created_at")}, 'updatedAt', ${ms("d.updated_at")},
    'dueAt', ${ms("d.due_at")}) order by d.created_at, d.channel)
  from notification_delivery d where d.notification_id = n.id), '[]') as deliveries`;

const COLUMNS = `n.id, n.user_id as "userId", n.event_id as "eventId", n.seq, n.type, n.title, n.message as text, n.data,
  ${ms("n.created_at")} as "createdAt", ${ms("n.read_at")} as "readAt", ${DELIVERIES}`;

/** A page of a person's notifications, newest first, and how many there are in all. */
export async function notificationsOfUser(
  db: Queryable,
  page: {
    readonly userId: string;
    readonly unreadOnly?: boolean;
    readonly limit: number;
    readonly offset: number;
  },
): Promise<{
  readonly notifications: NotificationView[];
  readonly total: number;
  readonly unread: number;
}> {
  const { userId, unreadOnly = false, limit, offset } = page;
  const [rows, count] = await Promise.all([
    db.query<NotificationView>({
      name: "notification-list",
      text: `select ${COLUMNS} from (
               select * from notification
                where user_id = $1 and not is_internal and (not $4 or read_at is null)
                order by id desc limit $2 offset $3) n order by n.id desc`,
      values: [userId, limit, offset, unreadOnly],
    }),
    db.query<{ total: number; unread: number }>({
      name: "notification-count",
      text: `select count(*) as total, count(*) filter (where read_at is null) as unread
               from notification where user_id = $1 and not is_internal`,
      values: [userId],
    }),
  ]);
  const { total, unread } = count.rows[0] ?? { total: 0, unread: 0 };
  return { notifications: rows.rows, total: unreadOnly ? unread : total, unread };
}

/** @param userId whose it has to be; null: anybody's. Null where there is none, or it is internal. */
export async function notificationById(
  db: Queryable,
  id: string,
  userId: string | null,
): Promise<NotificationView | null> {
  const { rows } = await db.query<NotificationView>({
    name: "notification-by-id",
    text: `select ${COLUMNS} from notification n
            where n.id = $1 and ($2::uuid is null or n.user_id = $2) and not n.is_internal`,
    values: [id, userId],
  });
  return rows[0] ?? null;
}

export async function attemptsOf(db: Queryable, notificationId: string): Promise<AttemptView[]> {
  const { rows } = await db.query<AttemptView>({
    name: "notification-attempts",
    text: `select channel, attempt, result, provider_ref as ref, error, ${ms("attempted_at")} as at
             from notification_attempt where notification_id = $1 order by attempted_at, channel, attempt`,
    values: [notificationId],
  });
  return rows;
}

/** Marks one as read, or as unread again. False where the person has no such notification. */
export async function markRead(
  db: Queryable,
  { id, userId, isRead }: { readonly id: string; readonly userId: string | null; readonly isRead: boolean },
): Promise<boolean> {
  const { rowCount } = await db.query({
    name: "notification-mark",
    text: `update notification set read_at = case when $3 then coalesce(read_at, now()) end
            where id = $1 and ($2::uuid is null or user_id = $2) and not is_internal`,
    values: [id, userId, isRead],
  });
  return rowCount === 1;
}

/** @returns how many were unread. */
export async function markAllRead(db: Queryable, userId: string): Promise<number> {
  const { rowCount } = await db.query({
    name: "notification-mark-all",
    text: "update notification set read_at = now() where user_id = $1 and read_at is null and not is_internal",
    values: [userId],
  });
  return rowCount ?? 0;
}

/** How many deliveries there are, by channel and status. */
export async function deliveryCounts(db: Queryable): Promise<DeliveryCount[]> {
  const { rows } = await db.query<DeliveryCount>({
    name: "delivery-counts",
    text: "select channel, status, count(*) as count from notification_delivery group by 1, 2 order by 1, 2",
  });
  return rows;
}

/** Deliveries that were given up, newest notifications first. */
export async function deadLetters(
  db: Queryable,
  { limit, offset }: { readonly limit: number; readonly offset: number },
): Promise<{ readonly letters: DeadLetterView[]; readonly total: number }> {
  const [page, count] = await Promise.all([
    db.query<DeadLetterView>({
      name: "dead-letter-list",
      text: `select d.notification_id as "notificationId", d.channel, d.user_id as "userId", n.type, n.title, d.attempts,
                    d.error, ${ms("d.created_at")} as "createdAt", ${ms("d.updated_at")} as "updatedAt"
               from notification_delivery d join notification n on n.id = d.notification_id
              where d.status = 'dead' order by d.notification_id desc, d.channel limit $1 offset $2`,
      values: [limit, offset],
    }),
    db.query<{ total: number }>({
      name: "dead-letter-count",
      text: "select count(*) as total from notification_delivery where status = 'dead'",
    }),
  ]);
  return { letters: page.rows, total: count.rows[0]?.total ?? 0 };
}

/** What the gauges of deliveries show. */
export async function deliveryFigures(
  db: Queryable,
): Promise<{ readonly oldestMs: number; readonly dead: number }> {
  const { rows } = await db.query<{ oldestMs: number; dead: number }>({
    name: "delivery-figures",
    text: `select coalesce((select greatest(0, extract(epoch from now() - min(f.due_at)) * 1000)
                    from unnest('{websocket,push,email,sms}'::text[]) c (channel),
                         lateral (select d.due_at from notification_delivery d
                                   where d.channel = c.channel and d.due_at is not null order by d.due_at limit 1) f), 0)
                    ::float8 as "oldestMs",
                  (select count(*) from notification_delivery where status = 'dead') as dead`,
  });
  return rows[0] ?? { oldestMs: 0, dead: 0 };
}
