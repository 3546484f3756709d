import pg from "pg";
import { PgBoss } from "pg-boss";
import { MAILBOX_SCHEMA } from "./names.ts";

/**
 * Installs or upgrades pg-boss's schema for the mailboxes. Safe to run from several processes at once.
 * The job table turns over completely every few milliseconds: it is vacuumed often, with no cost limit, and
 * analysed seldom, because its statistics are wrong a moment later whatever is done.
 */
export async function installMailboxSchema(databaseUrl: string): Promise<void> {
  const boss = new PgBoss({
    connectionString: databaseUrl,
    schema: MAILBOX_SCHEMA,
    supervise: false,
    schedule: false,
    max: 1,
  });
  await boss.start();
  await boss.stop({ graceful: false });
  const client = new pg.Client({ connectionString: databaseUrl });
  await client.connect();
  try {
    for (const table of ["job", "job_common"]) await tune(client, table);
  } finally {
    await client.end();
  }
}

async function tune(client: pg.Client, table: string): Promise<void> {
  const { rows } = await client.query<{ plain: boolean }>(
    "select relkind = 'r' as plain from pg_class where oid = to_regclass($1)",
    [`${MAILBOX_SCHEMA}.${table}`],
  );
  if (rows[0]?.plain !== true) return;
  // Each costs every envelope a look-up and a lock on its queue's row, a quarter of an accept. They guard against deleting
  // a queue with jobs, which nobody does: a mailbox lives as long as its event, and events are never deleted.
  for (const key of ["q_fkey", "dlq_fkey"]) {
    await client.query(`alter table ${MAILBOX_SCHEMA}.${table} drop constraint if exists ${key}`);
  }
  await client.query(`alter table ${MAILBOX_SCHEMA}.${table} set (
    autovacuum_vacuum_scale_factor = 0, autovacuum_vacuum_threshold = 5000,
    autovacuum_vacuum_insert_scale_factor = 0, autovacuum_vacuum_insert_threshold = 100000,
    autovacuum_vacuum_cost_delay = 0, autovacuum_analyze_threshold = 100000)`);
}
