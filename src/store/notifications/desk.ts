import type pg from "pg";
import type { BroadcastWish } from "../../domain/notification-views.ts";
import { GATEWAY_USER_ID } from "../../identity/gateway.ts";
import type { PushSubscription } from "../../notifications/channel.ts";
import type { Telling } from "../../notifications/notifier.ts";
import { inTransaction } from "../database.ts";
import { orFault } from "../faults.ts";
import { onceKept } from "../kept-replies.ts";
import { notifyDeliveries } from "../notices.ts";
import {
  attemptsOf,
  deadLetters,
  deliveryCounts,
  markAllRead,
  markRead,
  notificationById,
} from "../queries/notifications.ts";
import { broadcastById, broadcastToAttendees } from "./broadcasts.ts";
import { retryDead } from "./dead-letters.ts";
import { notificationOf } from "./notifier.ts";
import { type KeyedRow, type Once, onceByKey } from "./once.ts";
import { changePreferences, type PreferenceChanges, preferencesOf } from "./preferences.ts";
import { deletePushSubscription, savePushSubscription } from "./push-subscriptions.ts";
import { saveNotifications } from "./save.ts";

/** Notifications for the API, on a pool. @throws Fault "StoreUnavailable" where the database cannot be asked. */
export function createNotificationDesk(pool: pg.Pool, newId: () => string) {
  /** A hint to who carries them: without it they look every second. */
  const hinted = async <T>(work: () => Promise<T>): Promise<T> => {
    const result = await orFault(work);
    notifyDeliveries(pool).catch(() => undefined);
    return result;
  };
  return {
    byId: (id: string, userId: string | null) => orFault(() => notificationById(pool, id, userId)),
    attemptsOf: (id: string) => orFault(() => attemptsOf(pool, id)),
    markRead: (mark: Parameters<typeof markRead>[1]) => orFault(() => markRead(pool, mark)),
    markAllRead: (userId: string, key: KeyedRow | null) =>
      orFault(() => always(onceKept(pool, key, (tx) => markAllRead(tx, userId)))),
    deliveryCounts: () => orFault(() => deliveryCounts(pool)),
    deadLetters: (page: Parameters<typeof deadLetters>[1]) => orFault(() => deadLetters(pool, page)),
    retryDead: (letter: Parameters<typeof retryDead>[1], key: KeyedRow | null) =>
      hinted(() => onceKept(pool, key, async (tx) => orNull(await retryDead(tx, letter)))),
    send: (telling: Telling, key: KeyedRow | null) => hinted(() => send(pool, newId(), { telling, key })),
    broadcast: (broadcast: BroadcastWish, key: KeyedRow | null) =>
      hinted(() => broadcastToAttendees(pool, broadcast, key)),
    broadcastById: (id: string, organizerId: string | null) =>
      orFault(() => broadcastById(pool, id, organizerId)),
    preferencesOf: (userId: string) => orFault(() => preferencesOf(pool, userId)),
    changePreferences: (userId: string, changes: PreferenceChanges) =>
      orFault(() => changePreferences(pool, userId, changes)),
    subscribe: (userId: string, subscription: PushSubscription, key: KeyedRow | null) =>
      orFault(() => always(onceKept(pool, key, (tx) => savePushSubscription(tx, userId, subscription)))),
    unsubscribe: (userId: string, endpoint: string, key: KeyedRow | null) =>
      orFault(() =>
        onceKept(pool, key, async (tx) => (await deletePushSubscription(tx, userId, endpoint)) || null),
      ),
  };
}

/** Of work that always has something to do. */
async function always<T>(done: Promise<T | null>): Promise<T> {
  const kept = await done;
  if (kept === null) throw new Error("invariant: there was nothing to do");
  return kept;
}

function orNull<T>(rows: readonly T[]): readonly T[] | null {
  return rows.length === 0 ? null : rows;
}

async function send(
  pool: pg.Pool,
  id: string,
  { telling, key }: { readonly telling: Telling; readonly key: KeyedRow | null },
): Promise<Once | { readonly type: "unknownUser" }> {
  // The gateway's row is nobody who could read it.
  const isThere = "select from users where id = $1 and id <> $2";
  const { rowCount } = await pool.query(isThere, [telling.userId, GATEWAY_USER_ID]);
  if (rowCount === 0) return { type: "unknownUser" };
  return await inTransaction(pool, (tx) =>
    onceByKey(tx, { id, eventId: id, key }, async () => {
      await saveNotifications(tx, [notificationOf(id, telling)]);
    }),
  );
}
