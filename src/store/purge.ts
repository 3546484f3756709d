import type { Queryable } from "./database.ts";
import { forgetGoneKeys } from "./token-keys.ts";

/**
 * Deletes idempotency keys older than the day they are good for, sessions and password resets that have ended, attempts
 * at commands that were decided after all, attempts at webhooks after a month, what was kept for payments that never
 * came to be, and keys whose tokens have all run out.
 */
export async function purgeExpired(db: Queryable): Promise<void> {
  await db.query("delete from idempotency_key where created_at < now() - interval '24 hours'");
  await db.query("delete from session where expires_at < now()");
  // A day: long after the pause before the next one may be asked for.
  await db.query("delete from password_reset where expires_at < now() - interval '1 day'");
  await db.query("delete from webhook_attempt where attempted_at < now() - interval '30 days'");
  await db.query(`delete from payment_session s where s.created_at < now() - interval '1 hour'
                     and not exists (select 1 from payment p where p.event_id = s.event_id and p.id = s.payment_id)`);
  await db.query(`delete from suspect s using ledger l
                   where l.event_id = s.event_id and l.command_id = s.command_id`);
  await forgetGoneKeys(db);
}
