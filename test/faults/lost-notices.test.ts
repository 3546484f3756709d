import { setTimeout as sleep } from "node:timers/promises";
import { expect } from "chai";
import pg from "pg";
import { History } from "../support/history.ts";
import type { Crowd } from "./crowd.ts";
import { terminate, until } from "./sabotage.ts";
import { note, Stage } from "./stage.ts";

const SWEEP_MS = 500;
/** How long the API relies on notices before it asks the ledger. */
const LOOK_MS = 250;
/** For the work itself, on a machine that has other things to do. */
const MARGIN_MS = 400;
const ORDERS = 5;

describe("notices that are lost", function () {
  this.timeout(20_000);
  let stage: Stage;

  before(async () => {
    stage = await Stage.open({ workers: 2, env: { SWEEP_INTERVAL_MS: String(SWEEP_MS) } });
  });
  after(() => stage.close());

  /** Orders one after the other. @returns the longest time one took until it was confirmed. */
  async function slowest(crowd: Crowd): Promise<number> {
    const times: number[] = [];
    for (let sent = 0; sent < ORDERS; sent++) {
      const began = History.now();
      expect((await crowd.pursue(crowd.place())).status).to.equal(201);
      times.push(History.now() - began);
      // The next one shall find the sweep at another point of its interval.
      await sleep(60);
    }
    note(`confirmed after ${times.map(Math.round).join(", ")} ms`);
    return Math.max(...times);
  }

  /** Ends a kind of session over and over while something is done. */
  async function withoutSessions(application: string, work: () => Promise<void>): Promise<void> {
    let working = true;
    let ended = 0;
    const killer = (async () => {
      while (working) {
        ended += await terminate(stage.db, application);
        await sleep(10);
      }
    })();
    await work().finally(() => {
      working = false;
    });
    await killer;
    note(`ended ${ended} sessions`);
    expect(ended).to.be.above(0);
    await until("they are back", async () => (await sessions(application)) > 0);
  }

  async function sessions(application: string): Promise<number> {
    const { rows } = await stage.db.query(
      "select count(*)::integer as n from pg_stat_activity where application_name = $1 and datname = current_database()",
      [application],
    );
    return rows[0].n;
  }

  it("of mail, because no worker listens: the sweep finds it within its interval", async () => {
    const crowd = await stage.crowd(100);
    await withoutSessions("evently-worker-listen", async () => {
      expect(await slowest(crowd)).to.be.below(SWEEP_MS + MARGIN_MS);
    });
    await stage.audit(crowd);
  });

  it("of decisions, because the API does not listen: who waits is answered from the ledger", async () => {
    const crowd = await stage.crowd(100);
    await withoutSessions("evently-api-listen", async () => {
      expect(await slowest(crowd)).to.be.below(LOOK_MS + MARGIN_MS);
    });
    await stage.audit(crowd);
  });

  it("of both, because none is ever sent", async () => {
    // A function of the same name, found first by sessions of this user, that does nothing.
    await stage.db.query("create function pg_notify(text, text) returns void language sql as 'select'");
    const mute = await stage.urlAs("mute");
    await stage.db.query(
      `alter role mute in database ${new URL(mute).pathname.slice(1)} set search_path = public, pg_catalog`,
    );
    const witness = new pg.Client({ connectionString: stage.url });
    await witness.connect();
    await witness.query("listen evently_mailbox");
    let heard = 0;
    witness.on("notification", () => {
      heard += 1;
    });
    const api = await stage.startApi(mute);
    const crowd = await stage.crowd(100, { apis: () => [api.url] });
    expect(await slowest(crowd)).to.be.below(SWEEP_MS + LOOK_MS + MARGIN_MS);
    expect(heard).to.equal(0);
    await witness.end();
    await stage.audit(crowd);
  });
});
