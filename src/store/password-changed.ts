import { notificationIdOf } from "../notifications/notifier.ts";
import type { Queryable } from "./database.ts";
import { saveNotifications } from "./notifications/save.ts";

/**
 * What every change of a password brings with it, in its transaction: an open reset ends, so do the sessions but
 * `keepSessionId`, and the person is told.
 */
export async function afterPasswordChange(
  tx: Queryable,
  { userId, keepSessionId }: { readonly userId: string; readonly keepSessionId: string | null },
): Promise<void> {
  await tx.query("update password_reset set ended_at = now() where user_id = $1 and ended_at is null", [
    userId,
  ]);
  // A statement of its own: it sees sessions opened with the old password while the change waited for them.
  await tx.query(
    `update session set revoked_at = now()
      where user_id = $1 and revoked_at is null and id is distinct from $2`,
    [userId, keepSessionId],
  );
  const createdAt = Date.now();
  await saveNotifications(tx, [
    {
      id: notificationIdOf({ createdAt, counter: 0, what: `password_changed of ${userId}` }),
      userId,
      eventId: null,
      seq: null,
      type: "password_changed",
      title: "Your password was changed",
      text: "Your password was changed and other sessions were ended. If it was not you, reset it at once.",
      data: {},
      createdAt,
      broadcastId: null,
      channels: null,
    },
  ]);
}
