import type { DatabaseFigures } from "../status-desk.ts";

/** From so many of PostgreSQL's connections on, the next rush may not get one. */
const CONNECTIONS_PART_MAX = 0.9;
/** PostgreSQL itself warns when 40 million transactions are left of two thousand million; this leaves weeks. */
const FROZEN_AGE_MAX = 1_000_000_000;
const LAG_MS_MAX = 10_000;
const RATIO_DIGITS = 4;
const MS_DIGITS = 3;

/** The figures as 001 has them, and the rest of what an operator asks. */
export function presentDatabaseStatus(figures: DatabaseFigures): Record<string, unknown> {
  const used = figures.connections.reduce((sum, { count }) => sum + count, 0);
  return {
    master: {
      status: statusOf(figures, used),
      connections: used,
      avg_query_time: rounded(figures.averageTransactionMs, MS_DIGITS),
      connections_max: figures.connectionsMax,
      connections_by_state: Object.fromEntries(figures.connections.map(({ state, count }) => [state, count])),
      version: figures.version,
      database_bytes: figures.databaseBytes,
      cache_hit_ratio: rounded(figures.hitRatio, RATIO_DIGITS),
      deadlocks: figures.deadlocks,
      oldest_transaction_ms: Math.round(figures.oldestTransactionMs),
      xmin_age: figures.xminAge,
      frozen_age: figures.frozenAge,
      dead_rows: Object.fromEntries(figures.deadRows.map(({ table, count }) => [table, count])),
    },
    replicas: figures.replicas.map(presentReplica),
    // Nothing is sharded: one database holds every event.
    shards: {},
    pools: figures.pools,
    queues: presentQueues(figures),
  };
}

function statusOf({ connectionsMax, frozenAge, pools }: DatabaseFigures, used: number): string {
  const isCrowded = used >= connectionsMax * CONNECTIONS_PART_MAX;
  const isAwaited = pools.some(({ waiting }) => waiting > 0);
  return isCrowded || isAwaited || frozenAge >= FROZEN_AGE_MAX ? "degraded" : "healthy";
}

function presentReplica(replica: DatabaseFigures["replicas"][number]): Record<string, unknown> {
  const { id, state, isSynchronous, lagMs, lagBytes } = replica;
  const status =
    state !== "streaming" ? (state ?? "unknown") : (lagMs ?? 0) > LAG_MS_MAX ? "lagging" : "healthy";
  return {
    id,
    status,
    lag: lagMs === null ? null : `${Math.round(lagMs)}ms`,
    lag_bytes: lagBytes,
    synchronous: isSynchronous,
  };
}

function presentQueues({ mailboxes, deadLetters }: DatabaseFigures): Record<string, unknown> {
  return {
    mailboxes: mailboxes.queues,
    with_mail: mailboxes.withMail,
    waiting: mailboxes.waiting,
    oldest_ms: Math.round(mailboxes.oldestMs),
    dead_letters: deadLetters,
    deepest: mailboxes.deepest.map(({ eventId, waiting, oldestMs }) => ({
      event_id: eventId,
      waiting,
      oldest_ms: Math.round(oldestMs),
    })),
  };
}

function rounded(value: number | null, digits: number): number | null {
  return value === null ? null : Number(value.toFixed(digits));
}
