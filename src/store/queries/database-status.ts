import type { Queryable } from "../database.ts";
import { orFault } from "../faults.ts";

export interface ReplicaStatus {
  /** The name that it gives itself (`cluster_name`, or `application_name` of its connection), else its process here. */
  readonly id: string;
  /** PostgreSQL's word: `streaming`, `catchup`, `startup`, `backup`, `stopping`. */
  readonly state: string | null;
  readonly isSynchronous: boolean;
  /** How far what it shows is behind; 0 where it has everything, null where it does not say. */
  readonly lagMs: number | null;
  readonly lagBytes: number | null;
}

/** How PostgreSQL is, as it tells itself. */
export interface DatabaseStatus {
  readonly version: string;
  /** Clients of all databases of this server: they share the maximum. */
  readonly connectionsMax: number;
  readonly connections: readonly { readonly state: string; readonly count: number }[];
  readonly replicas: readonly ReplicaStatus[];
  readonly databaseBytes: number;
  /** Blocks of this database that were found in memory, of all that were read since its statistics began. */
  readonly hitRatio: number | null;
  /** Since then, how long statements were worked on per transaction. */
  readonly averageTransactionMs: number | null;
  readonly deadlocks: number;
  readonly oldestTransactionMs: number;
  /** Transactions that began since the oldest snapshot which somebody holds; vacuum clears away nothing younger. */
  readonly xminAge: number;
  /** Transactions since the oldest row that is not frozen; PostgreSQL stops writing at two thousand million. */
  readonly frozenAge: number;
  /** Rows that nobody sees any more and vacuum has not cleared away, of the tables that turn over most. */
  readonly deadRows: readonly { readonly table: string; readonly count: number }[];
}

/** Rows of these come and go with every booking. */
const BUSY_TABLES = "{mailbox.job,mailbox.job_common,public.outbox,public.actor,public.tier,public.booking}";

/** `replay_lag` is null when nothing was written lately, which is no lag where everything was replayed. */
const REPLICAS = `
  select coalesce(nullif(r.application_name, ''), 'pid ' || r.pid) as id, r.state,
         coalesce(r.sync_state in ('sync', 'quorum'), false) as "isSynchronous",
         case when r.replay_lsn >= pg_current_wal_lsn() then 0
              else extract(epoch from r.replay_lag) * 1000 end::float8 as "lagMs",
         (pg_current_wal_lsn() - r.replay_lsn)::float8 as "lagBytes"
    from pg_stat_replication r order by 1`;

const STATUS = `
  with clients as (select * from pg_stat_activity where backend_type = 'client backend')
  select current_setting('server_version') as version,
         current_setting('max_connections')::integer as "connectionsMax",
         (select coalesce(json_agg(c), '[]') from (
            select coalesce(state, 'unknown') as state, count(*) from clients group by 1 order by 1) c) as connections,
         (select coalesce(json_agg(r), '[]') from (${REPLICAS}) r) as replicas,
         pg_database_size(current_database())::float8 as "databaseBytes",
         s.blks_hit::float8 / nullif(s.blks_hit + s.blks_read, 0) as "hitRatio",
         s.active_time / nullif(s.xact_commit + s.xact_rollback, 0) as "averageTransactionMs",
         s.deadlocks,
         (select coalesce(max(extract(epoch from clock_timestamp() - xact_start)), 0) * 1000 from clients
           where datname = current_database() and pid <> pg_backend_pid())::float8 as "oldestTransactionMs",
         greatest((select max(age(backend_xmin)) from pg_stat_activity where pid <> pg_backend_pid()),
                  (select max(greatest(age(xmin), age(catalog_xmin))) from pg_replication_slots),
                  (select max(age(transaction)) from pg_prepared_xacts), 0) as "xminAge",
         (select age(datfrozenxid) from pg_database where datname = current_database()) as "frozenAge",
         (select coalesce(json_agg(t), '[]') from (
            select relname as table, n_dead_tup as count from pg_stat_user_tables
             where schemaname || '.' || relname = any ('${BUSY_TABLES}'::text[]) order by 1) t) as "deadRows"
    from pg_stat_database s where s.datname = current_database()`;

/** @throws Fault "StoreUnavailable" where the database cannot be asked. */
export async function databaseStatus(db: Queryable): Promise<DatabaseStatus> {
  const { rows } = await orFault(() => db.query<DatabaseStatus>({ name: "database-status", text: STATUS }));
  const [status] = rows;
  if (status === undefined) throw new Error("invariant: PostgreSQL has statistics of the database it serves");
  return status;
}
