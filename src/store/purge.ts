import type { Queryable } from "./database.ts";

/**
 * Deletes idempotency keys older than the day they are good for, sessions that have ended, and attempts at commands that
 * were decided after all.
 */
export async function purgeExpired(db: Queryable): Promise<void> {
  await db.query("delete from idempotency_key where created_at < now() - interval '24 hours'");
  await db.query("delete from session where expires_at < now()");
  await db.query(`delete from suspect s using ledger l
                   where l.event_id = s.event_id and l.command_id = s.command_id`);
}
