import { expect } from "chai";
import { type Crowd, RESPOND_ASYNC } from "./crowd.ts";
import { note, Stage } from "./stage.ts";

const SEATS = 2_500;
const IN_FLIGHT = 60;
const SENDERS = 8;
const SENT_EACH = 30;

/**
 * Sends each order only when the one before was acknowledged, and waits for no decision. The checker then holds every
 * acknowledgement against everything that was sent after it, by whomever.
 */
async function sendOneAfterAnother(crowd: Crowd): Promise<void> {
  for (let sent = 0; sent < SENT_EACH; sent++) {
    const reply = await crowd.ask(crowd.place(), RESPOND_ASYNC);
    if (reply?.status !== 202) return;
  }
}

describe("several booking workers on one event", () => {
  let stage: Stage;

  before(async () => {
    stage = await Stage.open({ apis: 2, workers: 2 });
  });
  after(() => stage.close());

  /** How many turns of a worker decided something. */
  async function turnsOf(port: number): Promise<number> {
    const text = await (await fetch(`http://127.0.0.1:${port}/metrics`)).text();
    return Number(/^evently_turn_batch_size_count (\d+)/m.exec(text)?.[1]);
  }

  for (const workers of [2, 3]) {
    it(`${workers} of them share it, keep the accept order and sell exactly what there is`, async () => {
      while (stage.workers.length < workers) await stage.startWorker();
      const before = await Promise.all(stage.workers.map(({ port }) => turnsOf(port)));
      const crowd = await stage.crowd(SEATS);
      crowd.enter(IN_FLIGHT);
      await Promise.all(Array.from({ length: SENDERS }, () => sendOneAfterAnother(crowd)));
      await crowd.soldOut();
      await crowd.resolve();
      expect((await stage.audit(crowd)).sold).to.equal(SEATS);
      const after = await Promise.all(stage.workers.map(({ port }) => turnsOf(port)));
      const turns = after.map((count, at) => count - (before[at] ?? 0));
      const acknowledged = crowd.history.answers(202).length;
      note(
        `turns by worker: ${turns.join(", ")}; ${acknowledged} accepts acknowledged before their decision`,
      );
      expect(acknowledged).to.be.above(SENDERS);
      expect(Math.min(...turns)).to.be.above(0);
    });
  }
});
