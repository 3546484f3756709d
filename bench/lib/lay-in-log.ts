import pg from "pg";

/**
 * As many as lie between two checkpoints at this project's settings, 2.5 GiB, so that no suite comes to the end of them; a short run needs
 * a handful.
 */
export const LOG_FILES = { full: 160, quick: 12 } as const;

/**
 * Gives a new PostgreSQL the log files (WAL) that one has which has been in use. Each is 16 MB and is filled with zeroes the first
 * time it is needed, while every commit waits: some 45 ms, several times a second under load. From then on it is used again.
 */
export async function layInLog(url: string, files: number): Promise<void> {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  try {
    // A file that nothing was written to is not left for the next.
    await client.query(`do $$ begin for i in 1..${files} loop
                          perform pg_logical_emit_message(false, 'log', 'full');
                          perform pg_switch_wal();
                        end loop; end $$`);
    // Hands them back, to be used again.
    await client.query("checkpoint");
  } finally {
    await client.end();
  }
}
