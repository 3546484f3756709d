import type pg from "pg";
import { orFault } from "./faults.ts";

/** How PostgreSQL's own cache does. */
export interface DatabaseCacheFigures {
  /** Blocks of this database that were found in memory, of all that were read since its statistics began. */
  readonly hitRatio: number | null;
  /** What its memory for blocks is configured to be. */
  readonly bytes: number;
}

const FIGURES = `select case when blks_hit + blks_read = 0 then null
      else blks_hit::double precision / (blks_hit + blks_read) end as "hitRatio",
    pg_size_bytes(current_setting('shared_buffers'))::double precision as bytes
  from pg_stat_database where datname = current_database()`;

/** @throws Fault "StoreUnavailable" where the database cannot be asked. */
export async function databaseCacheFigures(pool: pg.Pool): Promise<DatabaseCacheFigures> {
  const { rows } = await orFault(() =>
    pool.query<DatabaseCacheFigures>({ name: "cache-figures", text: FIGURES }),
  );
  return rows[0] ?? { hitRatio: null, bytes: 0 };
}
