import { expect } from "chai";
import { History } from "../support/history.ts";
import { Crowd } from "./crowd.ts";
import { freezeInTurn, stepOf, until } from "./sabotage.ts";
import { note, Stage } from "./stage.ts";

const KILLS = 5;
const SEATS = 1_200;
const IN_FLIGHT = 100;

describe("a worker that is killed", function () {
  this.timeout(30_000);
  let stage: Stage;

  before(async () => {
    stage = await Stage.open({ workers: 2 });
  });
  after(() => stage.close());

  it("in the middle of turns, at random, loses nothing, and another decides within a second", async () => {
    const takeovers: number[] = [];
    const steps: string[] = [];
    for (let sale = 0; takeovers.length < KILLS && sale < 2 * KILLS; sale++) {
      const eventId = await stage.sale(SEATS);
      const { buyers, apis } = stage;
      const crowd = new Crowd({ buyers, eventId, apis: () => apis.map(({ url }) => url) });
      crowd.enter(IN_FLIGHT);
      await until("the sale is under way", () => crowd.confirmed > 0);
      const victim = stage.workers[0]!;
      const turn = await freezeInTurn(stage.db, victim, 500);
      if (turn === null) {
        await crowd.soldOut();
        continue;
      }
      const killedAt = History.now();
      await stage.kill(victim);
      const replacement = stage.startWorker();
      await crowd.soldOut();
      const books = await stage.audit(eventId, crowd.history);
      expect(books.sold).to.equal(SEATS);
      const takeoverMs = crowd.history.confirmedWithin(killedAt);
      if (Number.isFinite(takeoverMs)) {
        takeovers.push(takeoverMs);
        steps.push(stepOf(turn));
      }
      await replacement;
    }
    note(`killed ${steps.join(", ")}; next confirmation after ${takeovers.map(Math.round).join(", ")} ms`);
    expect(takeovers).to.have.length(KILLS);
    expect(Math.max(...takeovers)).to.be.below(1_000);
  });
});
