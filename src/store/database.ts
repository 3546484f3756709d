import pg from "pg";
import { Fault } from "../ops/fault.ts";
import type { Log } from "../ops/log.ts";

const BIGINT_OID = 20;
const TEXT_OID = 25;

/** 64-bit counters and minor units stay below 2^53 here; they are read as numbers. */
const types: pg.CustomTypesConfig = {
  getTypeParser: (oid: number, format?: "text" | "binary") =>
    oid === BIGINT_OID
      ? (value: string) => Number(value)
      : pg.types.getTypeParser(oid as typeof TEXT_OID, (format ?? "text") as "text"),
};

export interface ConnectionLimits {
  readonly statementMs: number;
  readonly lockMs: number;
  readonly idleInTransactionMs: number;
  readonly transactionMs: number;
}

const POOL_LIMITS: ConnectionLimits = {
  statementMs: 10_000,
  lockMs: 5_000,
  idleInTransactionMs: 5_000,
  transactionMs: 15_000,
};

/** Connection settings with every time-out set; `pipeline` sends queries without waiting for earlier answers. */
export function connectionOptions(options: {
  readonly url: string;
  readonly name: string;
  readonly limits?: ConnectionLimits;
  readonly settings?: readonly string[];
}): pg.ClientConfig {
  const limits = options.limits ?? POOL_LIMITS;
  const settings = [
    "timezone=UTC",
    `lock_timeout=${limits.lockMs}`,
    `statement_timeout=${limits.statementMs}`,
    `idle_in_transaction_session_timeout=${limits.idleInTransactionMs}`,
    `transaction_timeout=${limits.transactionMs}`,
    `tcp_user_timeout=${limits.transactionMs}`,
    ...(options.settings ?? []),
  ];
  return {
    connectionString: options.url,
    application_name: options.name,
    connectionTimeoutMillis: 5_000,
    keepAlive: true,
    options: settings.map((setting) => `-c ${setting}`).join(" "),
    types,
  };
}

const WAIT_MS_MAX = 5_000;
const IDLE_MS_MAX = 30_000;

/**
 * A pool for queries and short transactions. Its connections send queries without waiting for earlier answers. A lost
 * idle connection is logged, never thrown.
 * @param options `waitMsMax`: how long work waits for a connection, be it a free or a new one; `keepsIdle`: none is closed
 * for having nothing to do, because it could not be had again when all are taken
 */
export function createPool(options: {
  readonly url: string;
  readonly name: string;
  readonly max: number;
  readonly log: Log;
  readonly limits?: ConnectionLimits;
  readonly settings?: readonly string[];
  readonly waitMsMax?: number;
  readonly keepsIdle?: boolean;
}): pg.Pool {
  const pool = new pg.Pool({
    ...connectionOptions(options),
    max: options.max,
    connectionTimeoutMillis: options.waitMsMax ?? WAIT_MS_MAX,
    idleTimeoutMillis: options.keepsIdle === true ? 0 : IDLE_MS_MAX,
    pipeline: true,
  } as pg.PoolConfig);
  pool.on("error", (error) => options.log.warn({ error: error.message }, "idle database connection lost"));
  // One that is lost between two statements of a transaction fails the next of them; the event itself says nothing
  // new, and without a listener it would end the process.
  pool.on("connect", (client) => client.on("error", () => undefined));
  return pool;
}

/**
 * For sessions that work on tables which a sale fills within seconds. PostgreSQL plans a prepared statement once and for all
 * after five times; one that was planned when its table was empty, and reads all of it for each of thousands of rows,
 * is used until the table is analysed, minutes later: such a plan took both cores away from a sale.
 */
export const PLANNED_ANEW = ["plan_cache_mode=force_custom_plan"] as const;

/** Anything that runs one statement: a pool, a pooled client, a connection of our own. */
export interface Queryable {
  query<Row extends pg.QueryResultRow>(
    statement: string | pg.QueryConfig,
    values?: unknown[],
  ): Promise<pg.QueryResult<Row>>;
}

/**
 * Runs `work` in one transaction and commits it. Work that calls `sent` once its last statements are on the wire has
 * COMMIT follow them at once: locks are held a round trip less. What fails then makes COMMIT a rollback.
 * @throws Fault "StoreUnavailable" where COMMIT turned out to be a rollback; what `work` threw otherwise.
 */
export async function inTransaction<T>(
  pool: pg.Pool,
  work: (tx: pg.PoolClient, sent: () => void) => Promise<T>,
): Promise<T> {
  const client = await pool.connect();
  let broken = false;
  // While it is taken nobody else listens: a connection that is lost between two statements must not end the process.
  const onLost = () => {
    broken = true;
  };
  client.on("error", onLost);
  let verdict: Promise<pg.QueryResult> | null = null;
  const commit = () => {
    verdict ??= client.query("commit");
    verdict.catch(() => undefined);
    return verdict;
  };
  try {
    // Awaited later: it shares a round trip with the first statement.
    const begun = client.query("begin");
    begun.catch(() => undefined);
    const result = await work(client, commit);
    await begun;
    // On an aborted transaction COMMIT succeeds as a rollback: only its tag tells.
    if ((await commit()).command !== "COMMIT")
      throw new Fault("StoreUnavailable", "the transaction was rolled back");
    return result;
  } catch (error) {
    await client.query("rollback").catch(() => {
      broken = true;
    });
    throw error;
  } finally {
    client.off("error", onLost);
    client.release(broken);
  }
}

const RETRYABLE_CLASSES = new Set(["08", "40", "53", "57"]);
/** A lock not had in time; a session ended because its transaction was idle, or went on, for too long. */
const RETRYABLE_STATES = new Set(["55P03", "25P03", "25P04"]);

/** The SQLSTATE of a database error, or null where the error came from elsewhere. */
export function sqlStateOf(error: unknown): string | null {
  return error instanceof pg.DatabaseError && error.code !== undefined ? error.code : null;
}

/** Whether the database refused because of what the row held (SQLSTATE classes 22 and 23). */
export function isDataError(error: unknown): boolean {
  const state = sqlStateOf(error);
  return state !== null && (state.startsWith("22") || state.startsWith("23"));
}

/** Whether the same statement may succeed later: no connection, no resources, shutdown, serialisation. */
export function isUnavailable(error: unknown): boolean {
  const state = sqlStateOf(error);
  if (state !== null) return RETRYABLE_CLASSES.has(state.slice(0, 2)) || RETRYABLE_STATES.has(state);
  if (!(error instanceof Error)) return false;
  const code = (error as NodeJS.ErrnoException).code;
  if (code !== undefined && /^(ECONN|EPIPE|ETIMEDOUT|ENOTFOUND|EAI_AGAIN|ENOENT)/.test(code)) return true;
  return /Connection terminated|timeout exceeded when trying to connect|Client has encountered/.test(
    error.message,
  );
}

/** Whether the database answers. */
export function isReachable(db: Queryable): Promise<boolean> {
  return db.query("select 1").then(
    () => true,
    () => false,
  );
}
