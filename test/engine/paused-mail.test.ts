import { setTimeout as sleep } from "node:timers/promises";
import { expect } from "chai";
import type { EventId } from "../../src/domain/ids.ts";
import { type Role, startRole } from "../support/system.ts";
import { until } from "../support/until.ts";
import { Engine } from "./engine.ts";

const EVENTS = 100;
const WATCHED_MS = 3_000;
/** To look at what may not be taken is a transaction that is given up; at each sweep that would be hundreds. */
const GIVEN_UP_MAX = 20;

describe("bookings that wait for paused sales", () => {
  let engine: Engine;
  let worker: Role;
  let eventIds: EventId[];

  before(async () => {
    engine = await Engine.start();
    eventIds = await Promise.all(Array.from({ length: EVENTS }, () => engine.event()));
    await Promise.all(eventIds.map((eventId) => engine.send(eventId, engine.book(eventId))));
    await pause(true);
    worker = await startRole("booking", engine.database.url);
  });
  after(async () => {
    await worker?.stop();
    await engine?.stop();
  });

  const pause = (isPaused: boolean) => engine.pool.query("update actor set is_paused = $1", [isPaused]);
  const waiting = async () => {
    const depths = await Promise.all(eventIds.map((eventId) => engine.waiting(eventId)));
    return depths.reduce((sum, depth) => sum + depth, 0);
  };
  const givenUp = async () => {
    const { rows } = await engine.pool.query<{ count: number }>(
      "select xact_rollback::integer as count from pg_stat_database where datname = current_database()",
    );
    return rows[0]?.count ?? 0;
  };

  it("count as mail, and are not told as late", async () => {
    const metrics = await (await fetch(`${worker.url}/metrics`)).text();
    expect(metrics).to.match(new RegExp(`^evently_mailbox_depth ${EVENTS}$`, "m"));
    expect(metrics).to.match(/^evently_mailbox_head_age_seconds 0$/m);
  });

  it("are left alone", async () => {
    await sleep(1_500);
    const before = await givenUp();
    await sleep(WATCHED_MS);
    expect((await givenUp()) - before).to.be.below(GIVEN_UP_MAX);
    expect(await waiting()).to.equal(EVENTS);
  });

  it("do not keep a change of their event waiting", async () => {
    const [eventId] = eventIds as [EventId];
    await engine.send(eventId, { type: "ResumeSale", id: engine.ids.commandId() });
    await until("its booking is decided", async () => (await engine.waiting(eventId)) === 0);
    expect(await waiting()).to.equal(EVENTS - 1);
  });

  it("are found when their sales go on, also where nobody tells", async () => {
    await pause(false);
    await until("all are decided", async () => (await waiting()) === 0);
  });
});
