import { setTimeout as sleep } from "node:timers/promises";
import { expect } from "chai";
import pg from "pg";
import { History } from "../support/history.ts";
import { createTestDatabase, type TestDatabase } from "../support/postgres.ts";
import { until } from "../support/until.ts";
import type { Crowd } from "./crowd.ts";
import { terminate } from "./sabotage.ts";
import { note, Stage } from "./stage.ts";

const SWEEP_MS = 500;
/** How long the API relies on notices before it asks the ledger. */
const LOOK_MS = 250;
/** For the work itself, on a machine that has other things to do. */
const MARGIN_MS = 400;
const ORDERS = 5;

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

/** Puts a function of the same name before the one that notifies, for all sessions of a database; it does nothing. */
async function muteNotices(databaseUrl: string): Promise<void> {
  const client = new pg.Client({ connectionString: databaseUrl });
  await client.connect();
  await client.query("create function pg_notify(text, text) returns void language sql as 'select'");
  const name = new URL(databaseUrl).pathname.slice(1);
  await client.query(`alter database ${name} set search_path = public, pg_catalog`);
  await client.end();
}

describe("notices that are lost", () => {
  let stage: Stage;

  before(async () => {
    stage = await Stage.open({ workers: 2, env: { SWEEP_INTERVAL_MS: String(SWEEP_MS) } });
  });
  after(() => stage.close());

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
});

describe("notices that are never sent", () => {
  let database: TestDatabase;
  let stage: Stage;

  before(async () => {
    database = await createTestDatabase();
    await muteNotices(database.url);
    stage = await Stage.open({ databaseUrl: database.url, env: { SWEEP_INTERVAL_MS: String(SWEEP_MS) } });
  });
  after(async () => {
    await stage.close();
    await database.drop();
  });

  it("delay a booking by no more than the sweep's interval and the look into the ledger", async () => {
    const witness = new pg.Client({ connectionString: stage.url });
    await witness.connect();
    for (const channel of ["evently_mailbox", "evently_outcomes"]) await witness.query(`listen ${channel}`);
    const heard: string[] = [];
    witness.on("notification", ({ channel }) => heard.push(channel));
    const crowd = await stage.crowd(100);
    expect(await slowest(crowd)).to.be.below(SWEEP_MS + LOOK_MS + MARGIN_MS);
    await stage.audit(crowd);
    await witness.end();
    expect(heard).to.deep.equal([]);
  });
});
