import { MAILBOX_SCHEMA } from "../../src/mailbox/names.ts";
import type { Queryable } from "../../src/store/database.ts";

const BYTES_PER_MIB = 2 ** 20;

/** What the product's tables take, and what lies dead in the table of the mailboxes. */
export interface TableSizes {
  readonly tables_mib: number;
  readonly indexes_mib: number;
  /** The table of the mailboxes with its indexes: it turns over completely all the time, and must not grow. */
  readonly jobs_mib: number;
  readonly dead_jobs: number;
}

/** Reads the sizes of everything in the schemas of the product. Dead rows are as the server's statistics have them. */
export async function readTableSizes(db: Queryable): Promise<TableSizes> {
  const { rows } = await db.query<{ tables: number; indexes: number; jobs: number; dead: number }>({
    text: `
      select sum(pg_table_size(relid)) filter (where schemaname = 'public')::float8 as tables,
             sum(pg_indexes_size(relid)) filter (where schemaname = 'public')::float8 as indexes,
             sum(pg_total_relation_size(relid)) filter (where relname like 'job%' and schemaname = $1)::float8 as jobs,
             sum(n_dead_tup) filter (where relname like 'job%' and schemaname = $1)::float8 as dead
        from pg_stat_user_tables`,
    values: [MAILBOX_SCHEMA],
  });
  const { tables, indexes, jobs, dead } = rows[0]!;
  const mib = (bytes: number) => Number((bytes / BYTES_PER_MIB).toFixed(1));
  return { tables_mib: mib(tables), indexes_mib: mib(indexes), jobs_mib: mib(jobs), dead_jobs: dead };
}
