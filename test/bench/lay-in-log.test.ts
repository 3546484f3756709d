import { expect } from "chai";
import pg from "pg";
import { layInLog } from "../../bench/lib/lay-in-log.ts";
import { startEmbeddedPostgres } from "../../src/ops/embedded-postgres.ts";
import { makeFolder, removeFolder } from "../support/folders.ts";

const silent = { debug: () => {}, info: () => {}, warn: () => {}, error: () => {} };

describe("a benchmark's PostgreSQL", () => {
  it("has its log files before anything is measured", async () => {
    const dataDir = makeFolder();
    const server = await startEmbeddedPostgres({ dataDir, log: silent, durable: false });
    try {
      await layInLog(server.url, 12);
      const client = new pg.Client({ connectionString: server.url });
      await client.connect();
      const { rows } = await client.query<{ ahead: number }>(
        `select count(*)::int as ahead from pg_ls_waldir()
          where name > pg_walfile_name(pg_current_wal_insert_lsn())`,
      );
      await client.end();
      expect(rows[0]?.ahead).to.be.within(10, 14);
    } finally {
      await server.stop({ immediate: true });
      removeFolder(dataDir);
    }
  });
});
