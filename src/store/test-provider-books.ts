import type pg from "pg";

/** The books of the test provider in a table, so that all processes and restarts see the same ones. */
export function createTestProviderBooks(pool: pg.Pool) {
  return {
    async get(key: string): Promise<{ readonly version: number; readonly body: unknown } | null> {
      const { rows } = await pool.query<{ version: number; body: unknown }>(
        "select version, body from test_provider where key = $1",
        [key],
      );
      return rows[0] ?? null;
    },
    async compareAndSet(key: string, version: number, body: unknown): Promise<boolean> {
      const text = JSON.stringify(body);
      const { rowCount } =
        version === 0
          ? await pool.query(
              "insert into test_provider (key, version, body) values ($1, 1, $2) on conflict do nothing",
              [key, text],
            )
          : await pool.query(
              "update test_provider set version = version + 1, body = $3 where key = $1 and version = $2",
              [key, version, text],
            );
      return rowCount === 1;
    },
  };
}
