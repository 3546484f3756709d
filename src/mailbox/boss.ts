import { PgBoss } from "pg-boss";
import type { EventId } from "../domain/ids.ts";
import type { Log } from "../ops/log.ts";
import { MAILBOX_SCHEMA, queueNameOf } from "./names.ts";

/** Anything that runs one statement. */
export interface Sql {
  query(
    statement: string | { readonly name: string; readonly text: string; readonly values: unknown[] },
    values?: unknown[],
  ): Promise<{ rows: unknown[]; rowCount: number | null }>;
}

interface BossConnection {
  executeSql(text: string, values?: unknown[]): Promise<{ rows: never[] }>;
}

/** pg-boss's view of a connection. */
export function bossOn(db: Sql): BossConnection {
  return {
    executeSql: async (text, values) => (await db.query(text, values)) as unknown as { rows: never[] },
  };
}

/**
 * pg-boss on a pool of ours, for creating queues and finding jobs: no maintenance, no schedules, no migration. Jobs go in and
 * out by statements of our own (`put.ts`, `deliver.ts`), in transactions of ours.
 */
export async function startBoss(pool: Sql, log: Log): Promise<PgBoss> {
  const boss = new PgBoss({
    db: bossOn(pool),
    schema: MAILBOX_SCHEMA,
    migrate: false,
    supervise: false,
    schedule: false,
  });
  boss.on("error", (error) => log.warn({ error: error.message }, "pg-boss reports an error"));
  await boss.start();
  return boss;
}

/** Creates an event's mailbox; one that exists is left as it is. */
export async function createMailbox(boss: PgBoss, eventId: EventId): Promise<void> {
  await boss.createQueue(queueNameOf(eventId), { policy: "standard", retryLimit: 0 });
}
