import { gaugesOf, labelledGauge } from "./gauges.ts";
import type { Metrics } from "./metrics.ts";

export interface PostgresFigures {
  readonly connectionsMax: number;
  readonly connections: readonly { readonly state: string; readonly count: number }[];
  readonly replicas: readonly {
    readonly id: string;
    readonly lagMs: number | null;
    readonly lagBytes: number | null;
  }[];
  readonly databaseBytes: number;
  readonly hitRatio: number | null;
  readonly averageTransactionMs: number | null;
  readonly oldestTransactionMs: number;
  readonly xminAge: number;
  readonly frozenAge: number;
  readonly deadRows: readonly { readonly table: string; readonly count: number }[];
}

/** How PostgreSQL is. */
export function gaugePostgres(metrics: Metrics, read: () => Promise<PostgresFigures>): void {
  let reading: Promise<PostgresFigures> | null = null;
  const shared = () => {
    reading ??= read().finally(() => {
      reading = null;
    });
    return reading;
  };
  gaugesOf(metrics, shared, [
    {
      name: "evently_postgres_connections_max",
      help: "Connections that PostgreSQL accepts",
      value: ({ connectionsMax }) => connectionsMax,
    },
    {
      name: "evently_postgres_database_bytes",
      help: "What the database takes on disk",
      value: ({ databaseBytes }) => databaseBytes,
    },
    {
      name: "evently_postgres_cache_hit_ratio",
      help: "Blocks found in PostgreSQL's memory, of all that were read since its statistics began",
      value: ({ hitRatio }) => hitRatio ?? 1,
    },
    {
      name: "evently_postgres_transaction_seconds",
      help: "What PostgreSQL worked on statements per transaction, on average since its statistics began",
      value: ({ averageTransactionMs }) => (averageTransactionMs ?? 0) / 1_000,
    },
    {
      name: "evently_postgres_oldest_transaction_seconds",
      help: "Age of the oldest transaction of a client of this database",
      value: ({ oldestTransactionMs }) => oldestTransactionMs / 1_000,
    },
    {
      name: "evently_postgres_xmin_age",
      help: "Transactions since the oldest snapshot that is held; vacuum clears away nothing younger",
      value: ({ xminAge }) => xminAge,
    },
    {
      name: "evently_postgres_frozen_age",
      help: "Transactions since the oldest row that is not frozen; at two thousand million nothing can be written",
      value: ({ frozenAge }) => frozenAge,
    },
    {
      name: "evently_postgres_replicas",
      help: "Replicas that are connected",
      value: ({ replicas }) => replicas.length,
    },
  ]);
  labelledGauge(metrics, "state", async () => (await shared()).connections, {
    name: "evently_postgres_connections",
    help: "Connections of clients, by what PostgreSQL calls their state",
    of: ({ state, count }) => ({ label: state, value: count }),
  });
  labelledGauge(metrics, "table", async () => (await shared()).deadRows, {
    name: "evently_postgres_dead_rows",
    help: "Rows that nobody sees any more and vacuum has not cleared away, of the tables that turn over most",
    of: ({ table, count }) => ({ label: table, value: count }),
  });
  labelledGauge(metrics, "replica", async () => (await shared()).replicas, {
    name: "evently_postgres_replica_lag_seconds",
    help: "How far what a replica shows is behind",
    of: ({ id, lagMs }) => ({ label: id, value: lagMs === null ? null : lagMs / 1_000 }),
  });
  labelledGauge(metrics, "replica", async () => (await shared()).replicas, {
    name: "evently_postgres_replica_lag_bytes",
    help: "The same in what is written to PostgreSQL's log",
    of: ({ id, lagBytes }) => ({ label: id, value: lagBytes }),
  });
}
