import type { PushSubscription } from "../../notifications/channel.ts";
import type { Queryable } from "../database.ts";

/** A person's browsers; the one that subscribed longest ago makes room. */
const PER_USER_MAX = 20;

/** Keeps where a browser takes pushes. A browser belongs to who used it last. */
export async function savePushSubscription(
  tx: Queryable,
  userId: string,
  { endpoint, p256dh, auth }: PushSubscription,
): Promise<true> {
  await tx.query(
    `insert into push_subscription (endpoint, user_id, p256dh, auth) values ($1, $2, $3, $4)
     on conflict (endpoint) do update
        set user_id = excluded.user_id, p256dh = excluded.p256dh, auth = excluded.auth, created_at = now()`,
    [endpoint, userId, p256dh, auth],
  );
  await tx.query(
    `delete from push_subscription where endpoint in (
       select endpoint from push_subscription where user_id = $1 order by created_at desc, endpoint offset $2)`,
    [userId, PER_USER_MAX],
  );
  return true;
}

/** False where the person has no such subscription. */
export async function deletePushSubscription(
  db: Queryable,
  userId: string,
  endpoint: string,
): Promise<boolean> {
  const { rowCount } = await db.query("delete from push_subscription where endpoint = $1 and user_id = $2", [
    endpoint,
    userId,
  ]);
  return rowCount === 1;
}
