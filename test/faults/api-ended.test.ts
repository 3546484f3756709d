import { once } from "node:events";
import { expect } from "chai";
import { History } from "../support/history.ts";
import type { Role } from "../support/system.ts";
import { until } from "../support/until.ts";
import { holdActor } from "./sabotage.ts";
import { note, Stage } from "./stage.ts";

const KILLS = 3;
const SEATS = 1_500;
const IN_FLIGHT = 100;
const WAITING = 40;
const DECISION_WAIT_MS = 1_500;
const DRAIN_MS_MAX = DECISION_WAIT_MS + 4_000;

describe("an API process that ends while others go on", () => {
  let stage: Stage;

  before(async () => {
    stage = await Stage.open({ apis: 2, workers: 2, env: { DECISION_WAIT_MS: String(DECISION_WAIT_MS) } });
  });
  after(() => stage.close());

  /** Asks a process to stop. @returns how long it took and its exit code. */
  async function stop(role: Role): Promise<{ readonly ms: number; readonly code: number | null }> {
    const began = History.now();
    stage.expectNoMore(role);
    role.kill("SIGTERM");
    await once(role.child, "exit");
    return { ms: Math.round(History.now() - began), code: role.child.exitCode };
  }

  it("by kill -9 at random: asked again with the same key, another gives the same booking", async () => {
    let unanswered = 0;
    for (let kill = 0; kill < KILLS; kill++) {
      const crowd = await stage.crowd(SEATS);
      crowd.enter(IN_FLIGHT);
      const moment = Math.random() * 2 * IN_FLIGHT;
      await until("the sale is under way", () => crowd.confirmed > moment);
      const [victim] = stage.apis;
      if (victim !== undefined) await stage.kill(victim);
      const replaced = stage.startApi();
      await crowd.soldOut();
      expect((await stage.audit(crowd)).sold).to.equal(SEATS);
      unanswered += crowd.history.answers(null).length;
      await replaced;
    }
    note(`${unanswered} requests went unanswered`);
    expect(unanswered).to.be.above(KILLS);
  });

  it("by kill -9 between accept and answer: another answers with the accepted booking", async () => {
    const crowd = await stage.crowd(SEATS);
    const actor = await holdActor(stage.db, crowd.eventId);
    const [victim] = stage.apis;
    if (victim === undefined) throw new Error("no API");
    const urls = [victim.url];
    const asked = Array.from({ length: WAITING }, () => crowd.place());
    const lost = asked.map((placed) => crowd.ask(placed, {}, urls));
    await until("all are accepted", async () => (await accepted(crowd.eventId)) === WAITING);
    await stage.kill(victim);
    expect(await Promise.all(lost)).to.deep.equal(asked.map(() => null));
    await actor.release();
    const replies = await Promise.all(asked.map((placed) => crowd.pursue(placed)));
    expect(replies.map(({ status }) => status)).to.deep.equal(asked.map(() => 201));
    await stage.audit(crowd);
    expect(await accepted(crowd.eventId)).to.equal(WAITING);
    await stage.startApi();
  });

  async function accepted(eventId: string): Promise<number> {
    const { rows } = await stage.db.query(
      "select bookings_accepted as n from mailbox_counter where event_id = $1",
      [eventId],
    );
    return rows[0]?.n ?? 0;
  }

  it("by SIGTERM under load: it answers what it took, and exits with 0", async () => {
    const crowd = await stage.crowd(SEATS);
    crowd.enter(IN_FLIGHT);
    await until("the sale is under way", () => crowd.confirmed > IN_FLIGHT);
    const [api] = stage.apis;
    if (api === undefined) throw new Error("no API");
    const drained = await stop(api);
    note(`drained in ${drained.ms} ms; ${crowd.history.answers(null).length} requests went unanswered`);
    expect(drained.code).to.equal(0);
    expect(drained.ms).to.be.below(DRAIN_MS_MAX);
    await crowd.soldOut();
    expect((await stage.audit(crowd)).sold).to.equal(SEATS);
    await stage.startApi();
  });

  it("by SIGTERM while nothing is decided: it answers 202 in time, and what it accepted is decided later", async () => {
    const crowd = await stage.crowd(SEATS);
    const actor = await holdActor(stage.db, crowd.eventId);
    const [api] = stage.apis;
    if (api === undefined) throw new Error("no API");
    const asked = Array.from({ length: WAITING }, () => crowd.place());
    const answers = asked.map((placed) => crowd.ask(placed, { Prefer: "wait=30" }, [api.url]));
    await until("all are accepted", async () => (await accepted(crowd.eventId)) === WAITING);
    const drained = await stop(api);
    note(`drained in ${drained.ms} ms`);
    expect(drained.code).to.equal(0);
    expect(drained.ms).to.be.below(DRAIN_MS_MAX);
    expect((await Promise.all(answers)).map((reply) => reply?.status)).to.deep.equal(asked.map(() => 202));
    await actor.release();
    await crowd.resolve();
    await stage.audit(crowd);
    await stage.startApi();
  });

  it("a worker by SIGTERM under load: it finishes its turn, and exits with 0", async () => {
    const crowd = await stage.crowd(SEATS);
    crowd.enter(IN_FLIGHT);
    await until("the sale is under way", () => crowd.confirmed > 0);
    const [worker] = stage.workers;
    if (worker === undefined) throw new Error("no worker");
    const drained = await stop(worker);
    note(`drained in ${drained.ms} ms`);
    expect(drained.code).to.equal(0);
    expect(drained.ms).to.be.below(DRAIN_MS_MAX);
    expect(worker.output.join("")).to.equal("");
    await crowd.soldOut();
    expect((await stage.audit(crowd)).sold).to.equal(SEATS);
  });
});
