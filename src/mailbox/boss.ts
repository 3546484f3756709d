import { createHash } from "node:crypto";
import { PgBoss } from "pg-boss";
import type { EventId } from "../domain/ids.ts";
import type { Log } from "../ops/log.ts";
import { MAILBOX_SCHEMA, queueNameOf } from "./names.ts";

/** Anything that runs one statement. */
export interface Sql {
  query(
    statement: string | { readonly name: string; readonly text: string; readonly values: unknown[] },
    values?: unknown[],
  ): Promise<{ rows: unknown[] }>;
}

export interface BossConnection {
  executeSql(text: string, values?: unknown[]): Promise<{ rows: never[] }>;
}

/** pg-boss's view of a connection. */
export function bossOn(db: Sql): BossConnection {
  return { executeSql: async (text, values) => (await db.query(text, values)) as { rows: never[] } };
}

/**
 * The same for the statements of one queue, prepared. pg-boss writes a queue's name into its statements, so that each
 * event has statements of its own, parsed and planned anew every time: half the cost of an accept or a turn of many
 * events. With the name as a parameter all events share one.
 */
export function bossOnQueue(db: Sql, queueName: string): BossConnection {
  const literal = `'${queueName}'`;
  return {
    executeSql: async (text, values = []) => {
      const hasName = text.includes(literal);
      const shared = hasName ? text.replaceAll(literal, `$${values.length + 1}::text`) : text;
      const all = hasName ? [...values, queueName] : values;
      return (await db.query({ name: statementName(shared), text: shared, values: all })) as {
        rows: never[];
      };
    },
  };
}

/**
 * The same for one call of pg-boss, telling when its statement is on the wire, so that others can follow it without
 * waiting for its answer. Where the call fails before it sends anything, `sent` fails with it.
 */
export async function onTheWire<T>(
  db: Sql,
  queueName: string,
  call: (connection: BossConnection) => Promise<T>,
): Promise<{ readonly answer: Promise<T> }> {
  const connection = bossOnQueue(db, queueName);
  const { promise: sent, resolve, reject } = Promise.withResolvers<void>();
  const answer = call({
    executeSql: (text, values) => {
      const rows = connection.executeSql(text, values);
      resolve();
      return rows;
    },
  });
  answer.catch(reject);
  await sent;
  return { answer };
}

const names = new Map<string, string>();

/** The same text has the same name in every process; there are a handful of them. */
function statementName(text: string): string {
  const known = names.get(text);
  if (known !== undefined) return known;
  const name = `boss-${createHash("sha256").update(text).digest("hex").slice(0, 24)}`;
  names.set(text, name);
  return name;
}

/**
 * pg-boss on a pool of ours, for inserting, fetching and deleting only: no maintenance, no schedules, no
 * migration. Its own `send`, `work` and `complete` are not used.
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
