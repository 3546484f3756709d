import { expect } from "chai";
import { installMailboxSchema } from "../../src/mailbox/schema.ts";
import { type EmbeddedPostgres, startEmbeddedPostgres } from "../../src/ops/embedded-postgres.ts";
import { migrate } from "../../src/store/migrate.ts";
import { makeFolder, removeFolder } from "../support/folders.ts";
import { History } from "../support/history.ts";
import { silent } from "../support/postgres.ts";
import { descendantsOf, survivors } from "../support/processes.ts";
import { until } from "../support/until.ts";
import { RESPOND_ASYNC } from "./crowd.ts";
import { holdCommits, isHeld, letCommitsGo } from "./sabotage.ts";
import { note, Stage } from "./stage.ts";

const KILLS = 3;
const SEATS = 1_500;
const IN_FLIGHT = 100;
const WAITING = 40;
const RECOVERY_MS_MAX = 10_000;

describe("PostgreSQL that is killed under load", () => {
  let folder: string;
  let server: EmbeddedPostgres;
  let stage: Stage;

  before(async () => {
    folder = makeFolder();
    // Durable, as in production: what it acknowledges, it has to have after it was killed.
    server = await startEmbeddedPostgres({
      dataDir: folder,
      log: silent,
      settings: { shared_buffers: "64MB" },
    });
    await migrate(server.url, silent, [installMailboxSchema]);
    stage = await Stage.open({ databaseUrl: server.url, apis: 2, workers: 2 });
  });
  after(async () => {
    await stage?.close();
    await server?.stop({ immediate: true });
    removeFolder(folder);
  });

  /** Kills the server with all its processes. Whoever started it starts it again. */
  async function killServer(): Promise<void> {
    const pid = server.pid;
    const all = [pid, ...descendantsOf(pid)];
    for (const one of all) process.kill(one, "SIGKILL");
    expect(await survivors(all, 2_000)).to.deep.equal([]);
  }

  it("keeps what was acknowledged; API and workers answer 503 meanwhile and recover by themselves", async () => {
    const outages: number[] = [];
    let unavailable = 0;
    for (let kill = 0; kill < KILLS; kill++) {
      const crowd = await stage.crowd(SEATS);
      crowd.enter(IN_FLIGHT);
      const moment = Math.random() * 2 * IN_FLIGHT;
      await until("the sale is under way", () => crowd.confirmed > moment);
      await killServer();
      const killedAt = History.now();
      await crowd.soldOut();
      expect((await stage.audit(crowd)).sold).to.equal(SEATS);
      outages.push(crowd.history.confirmedWithin(killedAt));
      unavailable += crowd.history.answers(503).length;
      expect(crowd.history.answers(null)).to.deep.equal([]);
    }
    note(
      `confirmed again after ${outages.map(Math.round).join(", ")} ms; ${unavailable} requests answered 503`,
    );
    expect(unavailable).to.be.above(0);
    expect(Math.max(...outages)).to.be.below(RECOVERY_MS_MAX);
  });

  for (const { what, table, session } of [
    { what: "an accept", table: "idempotency_key", session: "evently-api" },
    { what: "a turn", table: "ledger", session: "evently-turn" },
  ]) {
    it(`in the middle of the COMMIT of ${what}: nothing was acknowledged before, and all is done once`, async () => {
      const crowd = await stage.crowd(SEATS);
      await holdCommits(stage.db, table);
      const asked = Array.from({ length: WAITING }, (_, at) => ({
        placed: crowd.place(),
        isAsync: at % 2 === 0,
      }));
      let answered = 0;
      const answers = asked.map(({ placed, isAsync }) =>
        crowd.ask(placed, isAsync && what === "an accept" ? RESPOND_ASYNC : {}).finally(() => {
          answered += 1;
        }),
      );
      await until("it is in its COMMIT", () => isHeld(stage.db, session));
      expect(answered).to.equal(0);
      await killServer();
      await Promise.all(answers);
      await until("the database is back", () =>
        letCommitsGo(stage.db, table).then(
          () => true,
          () => false,
        ),
      );
      await crowd.resolve();
      expect(crowd.history.orders.map(({ attempts }) => attempts.at(-1)?.status)).to.deep.equal(
        asked.map(() => 201),
      );
      await stage.audit(crowd);
    });
  }
});
