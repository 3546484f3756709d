import { join } from "node:path";
import { expect } from "chai";
import { installMailboxSchema } from "../../src/mailbox/schema.ts";
import { startEmbeddedPostgres } from "../../src/ops/embedded-postgres.ts";
import { migrate } from "../../src/store/migrate.ts";
import { Engine } from "../engine/engine.ts";
import { makeFolder, removeFolder } from "../support/folders.ts";
import { silent } from "../support/postgres.ts";
import { Program } from "../support/processes.ts";

const VERIFY = join(import.meta.dirname, "../../src/verify.ts");

async function run(env: Readonly<Record<string, string>>, ...given: string[]) {
  const program = new Program([process.execPath, VERIFY, ...given], { env });
  const code = await program.ended;
  return { code, printed: program.printed };
}

describe("the program of npm run verify", () => {
  it("exits with 0 where the books of DATABASE_URL are clean, with 1 where something differs", async () => {
    const engine = await Engine.start();
    try {
      const eventId = await engine.event();
      const env = { DATABASE_URL: engine.database.url };
      const clean = await run(env);
      expect(clean.code, clean.printed).to.equal(0);
      expect(clean.printed).to.match(/^The books are clean: 1 decision of 1 event decided again/);
      await engine.pool.query("update tier set sold = 3 where event_id = $1", [eventId]);
      const differing = await run(env, "--event", eventId);
      expect(differing.code).to.equal(1);
      expect(differing.printed).to.match(
        /^Event \S+ \(number 1, “An Evening”\)\n {2}✗ stock: tier General: tickets sold\n {7}counter in table tier +3\n {7}bookings +0\n {7}ledger +0\n {5}→ Tickets are counted differently/,
      );
    } finally {
      await engine.stop();
    }
  });

  it("opens the embedded database, whether another process runs it or not", async () => {
    const dataDir = makeFolder();
    const env = { DATABASE_URL: "", DATA_DIR: dataDir };
    try {
      const none = await run(env);
      expect([none.code, none.printed]).to.deep.equal([
        2,
        `the books could not be looked at: DATABASE_URL is not set, and there is no embedded database in ${dataDir}\n`,
      ]);
      const server = await startEmbeddedPostgres({ dataDir, log: silent, durable: false });
      const old = await run(env);
      expect(old.code).to.equal(2);
      expect(old.printed).to.match(/its tables are not those of this version .*npm run migrate/);
      await migrate(server.url, silent, [installMailboxSchema]);
      const running = await run(env);
      expect([running.code, running.printed.slice(0, 20)]).to.deep.equal([0, "The books are clean:"]);
      await server.stop();
      const stopped = await run(env);
      expect([stopped.code, stopped.printed.slice(0, 20)]).to.deep.equal([0, "The books are clean:"]);
    } finally {
      removeFolder(dataDir);
    }
  });
});
