import { expect } from "chai";
import { until } from "../support/until.ts";
import { idOf } from "./receiver.ts";
import { World } from "./world.ts";

describe("an effects process that is asked to stop while a webhook does not answer", () => {
  let world: World;
  before(async () => {
    world = await World.start();
  });
  after(() => world?.stop());

  it("gives the message back: another process sends it without waiting for a lease", async () => {
    const owner = await world.organizer();
    const receiver = await world.receiver();
    receiver.answer = (response, _, nth) => void (nth > 1 && response.writeHead(204).end());
    await world.webhook(owner, { url: receiver.url });
    await world.client.createEvent(owner.token);
    await until("it hangs", () => receiver.received.length === 1);
    const started = performance.now();
    const stopped = world.effects.stop();
    await world.another("effects");
    expect(await stopped).to.equal(0);
    const stoppedMs = performance.now() - started;
    expect(stoppedMs, "it waited for an answer first, but not for long").to.be.within(2_500, 8_000);
    await until("it was sent again", () => receiver.received.length === 2);
    expect(performance.now() - started - stoppedMs).to.be.lessThan(3_000);
    const [first, second] = receiver.received;
    expect(idOf(second as never)).to.equal(idOf(first as never));
    // Giving a message up says nothing about the endpoint: it is no failed attempt.
    const rows = await until("it is written down", async () => {
      const noted = await world.pool.query("select attempt, is_delivered from webhook_attempt");
      return noted.rows.length > 0 && noted.rows;
    });
    expect(rows).to.deep.equal([{ attempt: 1, is_delivered: true }]);
  });
});
