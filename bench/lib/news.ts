import { setTimeout as sleep } from "node:timers/promises";
import type { Queryable } from "../../src/store/database.ts";

const ASK_MS = 100;
/** A minute at 10,000 decided a second is more than a million notifications, told at some 5,000 a second. */
const WAIT_MS_MAX = 600_000;

/** What the product still owes to people: ledger ranges that were not told yet, and deliveries that are due or under way. */
const OWED = `select (select count(*) from outbox)::int
                   + (select count(*) from notification_delivery where due_at is not null)::int as count`;

/**
 * Waits until everybody has been told of everything, so that no later measurement pays for it.
 * @returns how long that took, in milliseconds
 * @throws Error where it is not done within ten minutes: what was measured was then not the product's whole work
 */
export async function untilNewsAreCarried(db: Queryable): Promise<number> {
  const fromMs = performance.now();
  for (;;) {
    const { rows } = await db.query<{ count: number }>(OWED);
    const tookMs = performance.now() - fromMs;
    if (rows[0]?.count === 0) return tookMs;
    if (tookMs > WAIT_MS_MAX)
      throw new Error(`${rows[0]?.count} notifications are still owed after ten minutes`);
    await sleep(ASK_MS);
  }
}
