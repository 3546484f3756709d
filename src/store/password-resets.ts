import type pg from "pg";
import type { ResetStore } from "../identity/ports.ts";
import { inTransaction, type Queryable } from "./database.ts";
import { orFault } from "./faults.ts";
import { notifyDeliveries } from "./notices.ts";
import { saveNotifications } from "./notifications/save.ts";
import { afterPasswordChange } from "./password-changed.ts";

/** One statement decides, so that of requests at the same time only one opens a reset. */
const OPEN = `insert into password_reset as r (user_id, id, expires_at)
  select u.id, $1, now() + make_interval(secs => $3)
    from users u where u.email_key = lower($2) and u.is_active
  on conflict (user_id) do update set id = excluded.id, asked_at = now(), expires_at = excluded.expires_at, ended_at = null
    where r.asked_at <= now() - make_interval(secs => $4)
  returning user_id as "userId"`;

const OWNER = `select u.id as "userId", u.email from password_reset r join users u on u.id = r.user_id
  where r.id = $1 and r.ended_at is null and r.expires_at > now() and u.is_active`;

interface Owner {
  readonly userId: string;
  readonly email: string;
}

/** The table of password resets. */
export function createResetStore(pool: pg.Pool): ResetStore {
  return {
    open: (reset) => orFault(() => open(pool, reset)),
    ownerOf: (resetId) => orFault(() => ownerOf(pool, resetId)),
    use: (reset) => orFault(() => use(pool, reset)),
  };
}

async function open(pool: pg.Pool, reset: Parameters<ResetStore["open"]>[0]): Promise<void> {
  const { id, email, ttlS, pauseS } = reset;
  const isOpened = await inTransaction(pool, async (tx) => {
    const { rows } = await tx.query<{ userId: string }>(OPEN, [id, email, ttlS, pauseS]);
    const [opened] = rows;
    if (opened === undefined) return false;
    await saveNotifications(tx, [resetNotification(id, opened.userId)]);
    return true;
  });
  // A hint: without it the next look finds it.
  if (isOpened) await notifyDeliveries(pool).catch(() => undefined);
}

/** It names the reset; the link's secret is made when the mail is. Its id is the reset's: there is one mail of each. */
function resetNotification(resetId: string, userId: string) {
  return {
    id: resetId,
    userId,
    eventId: null,
    seq: null,
    type: "password_reset",
    title: "Reset your password",
    text: "Somebody asked to reset your password.",
    data: { reset_id: resetId },
    createdAt: Date.now(),
    broadcastId: null,
    channels: null,
  };
}

async function ownerOf(db: Queryable, resetId: string): Promise<Owner | null> {
  return (await db.query<Owner>(OWNER, [resetId])).rows[0] ?? null;
}

async function use(pool: pg.Pool, { resetId, toHash }: Parameters<ResetStore["use"]>[0]): Promise<boolean> {
  const isUsed = await inTransaction(pool, async (tx) => {
    const userId = (await ownerOf(tx, resetId))?.userId;
    if (userId === undefined) return false;
    // The person first, as every change of a password does it: two of them never wait for each other in a circle.
    await tx.query("select from users where id = $1 for no key update", [userId]);
    if ((await ownerOf(tx, resetId)) === null) return false;
    await tx.query("update users set password_hash = $2, updated_at = now() where id = $1", [userId, toHash]);
    await afterPasswordChange(tx, { userId, keepSessionId: null });
    return true;
  });
  if (isUsed) await notifyDeliveries(pool).catch(() => undefined);
  return isUsed;
}
