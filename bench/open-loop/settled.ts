import { setTimeout as sleep } from "node:timers/promises";
import type { EventId } from "../../src/domain/ids.ts";
import { MAILBOX_SCHEMA, queueNameOf } from "../../src/mailbox/names.ts";
import type { Queryable } from "../../src/store/database.ts";
import type { Contestant } from "../lib/contestants.ts";
import { untilConstant } from "../lib/measure.ts";

const CHECK_MS = 100;
/** An open loop can leave a line that takes a while; what is still in it then is reported as not decided. */
const SETTLE_MS_MAX = 120_000;

/**
 * Waits until nothing is under way any more on some events: until the product's mailboxes are empty, and until a
 * contestant's count of decisions stands still.
 */
export async function settled(
  db: Queryable,
  contestant: Contestant,
  eventIds: readonly string[],
): Promise<void> {
  const deadlineMs = performance.now() + SETTLE_MS_MAX;
  while ((await waitingIn(db, eventIds)) > 0 && performance.now() < deadlineMs) await sleep(CHECK_MS);
  await untilConstant(async () => (await contestant.decided?.(eventIds)) ?? 0);
}

async function waitingIn(db: Queryable, eventIds: readonly string[]): Promise<number> {
  const { rows } = await db.query<{ count: number }>(
    `select count(*)::int as count from ${MAILBOX_SCHEMA}.job where name = any($1)`,
    [eventIds.map((eventId) => queueNameOf(eventId as EventId))],
  );
  return rows[0]?.count ?? 0;
}
