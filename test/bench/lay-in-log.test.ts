import { expect } from "chai";
import { layInLog } from "../../bench/lib/lay-in-log.ts";
import { startEmbeddedPostgres } from "../../src/ops/embedded-postgres.ts";
import { ask } from "../support/embedded.ts";
import { makeFolder, removeFolder } from "../support/folders.ts";
import { silent } from "../support/postgres.ts";

describe("a benchmark's PostgreSQL", () => {
  it("has its log files before anything is measured", async () => {
    const dataDir = makeFolder();
    const server = await startEmbeddedPostgres({ dataDir, log: silent, durable: false });
    try {
      await layInLog(server.url, 12);
      const ahead = `select count(*)::integer from pg_ls_waldir()
                      where name > pg_walfile_name(pg_current_wal_insert_lsn())`;
      expect(await ask(server.url, ahead)).to.be.within(10, 14);
    } finally {
      await server.stop({ immediate: true });
      removeFolder(dataDir);
    }
  });
});
