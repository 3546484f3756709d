import type { Queryable } from "./database.ts";

/** Deletes idempotency keys older than the day they are good for, and sessions that have ended. */
export async function purgeExpired(db: Queryable): Promise<void> {
  await db.query("delete from idempotency_key where created_at < now() - interval '24 hours'");
  await db.query("delete from session where expires_at < now()");
}
