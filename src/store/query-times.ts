import type pg from "pg";
import type { StatementTime } from "../engine/ports.ts";
import { sqlStateOf } from "./database.ts";

/** Who wants to know of statements just now; null: nobody. */
export type StatementWatch = () => ((statement: StatementTime) => void) | null;

type Query = (...args: unknown[]) => Promise<unknown>;

/**
 * Has the statements of a connection timed while somebody wants to know: from being sent to being answered, so that one that
 * was sent behind others waits for them. While nobody does, it costs asking.
 */
export function timeStatements(client: pg.Client | pg.PoolClient, watch: StatementWatch): void {
  const query = client.query.bind(client) as unknown as Query;
  const timed: Query = (...args) => {
    const note = watch();
    // A pool's own queries come with a call-back, and are timed where they were asked for.
    return note === null || typeof args.at(-1) === "function" ? query(...args) : time(note, args, query);
  };
  client.query = timed as unknown as typeof client.query;
}

/** The same for what is asked of a pool, the wait for a connection included, and of connections taken out of it. */
export function timePool(pool: pg.Pool, watch: StatementWatch): void {
  const query = pool.query.bind(pool) as unknown as Query;
  const timed: Query = (...args) => {
    const note = watch();
    return note === null || typeof args.at(-1) === "function" ? query(...args) : time(note, args, query);
  };
  pool.query = timed as unknown as typeof pool.query;
  pool.on("connect", (client) => timeStatements(client, watch));
}

async function time(
  note: (statement: StatementTime) => void,
  args: readonly unknown[],
  query: Query,
): Promise<unknown> {
  const name = nameOf(args[0]);
  const fromMs = performance.now();
  let error: string | null = null;
  try {
    return await query(...args);
  } catch (cause) {
    error = sqlStateOf(cause) ?? (cause instanceof Error ? cause.name : "unknown");
    throw cause;
  } finally {
    note({ name, fromMs, toMs: performance.now(), error });
  }
}

const WHAT = /^\s*(\w+)(?:[^;]*?\b(?:from|into|update)\s+([a-z_.]+))?/i;

/** Of a prepared statement its own; else what it does to which table, and no more: a text may hold anything. */
function nameOf(statement: unknown): string {
  const { name, text } = (typeof statement === "string" ? { text: statement } : statement) as pg.QueryConfig;
  if (name !== undefined) return name;
  const [, verb = "query", table] = WHAT.exec(text) ?? [];
  return table === undefined ? verb.toLowerCase() : `${verb.toLowerCase()} ${table}`;
}
