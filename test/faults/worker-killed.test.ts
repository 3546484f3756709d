import { expect } from "chai";
import { History } from "../support/history.ts";
import { until } from "../support/until.ts";
import {
  Blockade,
  blockedTurn,
  freezeInTurn,
  holdActor,
  holdCommits,
  letCommitsGo,
  openTurns,
  stepOf,
} from "./sabotage.ts";
import { note, Stage } from "./stage.ts";

const KILLS = 5;
const SEATS = 1_200;
const IN_FLIGHT = 100;
const QUEUED = 40;

describe("a booking worker that is killed", () => {
  let stage: Stage;

  before(async () => {
    stage = await Stage.open({ workers: 2 });
  });
  after(() => stage.close());

  it("in the middle of turns, at random, loses nothing; another decides within a second", async () => {
    const takeovers: number[] = [];
    const steps: string[] = [];
    for (let sale = 0; takeovers.length < KILLS && sale < 3 * KILLS; sale++) {
      const crowd = await stage.crowd(SEATS);
      crowd.enter(IN_FLIGHT);
      await until("the sale is under way", () => crowd.confirmed > 0);
      const victim = stage.workers[0]!;
      const turn = await freezeInTurn(stage.db, victim, 500);
      const killedAt = History.now();
      if (turn !== null) await stage.kill(victim);
      const replaced = turn === null ? null : stage.startWorker();
      await crowd.soldOut();
      expect((await stage.audit(crowd)).sold).to.equal(SEATS);
      await replaced;
      const takeoverMs = crowd.history.confirmedWithin(killedAt);
      // The last turn of a sale leaves nothing for the next one to be measured by.
      if (turn === null || !Number.isFinite(takeoverMs)) continue;
      takeovers.push(takeoverMs);
      steps.push(stepOf(turn));
    }
    note(`killed ${steps.join(", ")}; next confirmation after ${takeovers.map(Math.round).join(", ")} ms`);
    expect(takeovers).to.have.length(KILLS);
    expect(Math.max(...takeovers)).to.be.below(1_000);
  });

  const STEPS = [
    { step: "fetching", table: "mailbox.job", freeze: false },
    { step: "between fetching and writing", table: "mailbox.job", freeze: true },
    { step: "writing, with COMMIT already on the wire", table: "ledger", freeze: false },
    { step: "its COMMIT is under way", table: null, freeze: false },
  ];
  for (const { step, table, freeze } of STEPS) {
    it(`while ${step} leaves its batch wholly decided or not at all`, async () => {
      const crowd = await stage.crowd(SEATS);
      const actor = await holdActor(stage.db, crowd.eventId);
      const queued = await crowd.queue(QUEUED);
      const blockade =
        table === null
          ? await holdCommits(stage.db, "ledger")
          : await Blockade.raise(stage.db, `lock table ${table} in share row exclusive mode`);
      await actor.release();
      const { worker } = await blockedTurn(stage.db, stage.workers);
      if (freeze) worker.kill("SIGSTOP");
      else await stage.kill(worker);
      await blockade.release();
      if (freeze) {
        await until("it holds its turn open", async () =>
          (await openTurns(stage.db, worker)).some(({ state }) => state === "idle in transaction"),
        );
        await stage.kill(worker);
      }
      const killedAt = History.now();
      const replies = await Promise.all(queued.map((placed) => crowd.pursue(placed)));
      expect(replies.map(({ status }) => status)).to.deep.equal(queued.map(() => 201));
      note(`all ${QUEUED} decided ${Math.round(History.now() - killedAt)} ms after its death`);
      expect(History.now() - killedAt).to.be.below(1_000);
      await stage.audit(crowd);
      if (table === null) await letCommitsGo(stage.db, "ledger");
      await stage.startWorker();
    });
  }
});
