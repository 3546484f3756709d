import { setImmediate as nextRound } from "node:timers/promises";
import { expect } from "chai";
import type { EventView } from "../../src/domain/views.ts";
import { createEventBatches } from "../../src/store/event-batches.ts";

describe("events that are read for pages", () => {
  it("are one query for all that are asked for at once, and two at a time at most", async () => {
    const asked: (readonly string[])[] = [];
    let [running, most] = [0, 0];
    const event = createEventBatches(async (ids) => {
      asked.push(ids);
      running += 1;
      most = Math.max(most, running);
      await nextRound();
      await nextRound();
      running -= 1;
      return ids.filter((id) => id !== "none").map((eventId) => ({ eventId }) as unknown as EventView);
    });
    const first = Promise.all(["a", "b", "a", "none"].map((id) => event(id)));
    expect((await first).map((one) => one?.eventId ?? null)).to.deep.equal(["a", "b", "a", null]);
    expect(asked).to.deep.equal([["a", "b", "none"]]);
    const many = Array.from({ length: 950 }, (_, at) => event(`e${at}`));
    expect((await Promise.all(many)).map((one) => one?.eventId)).to.deep.equal(many.map((_, at) => `e${at}`));
    expect(Math.max(...asked.map(({ length }) => length))).to.be.at.most(100);
    expect(most).to.be.at.most(2);
  });

  it("fail together, and are asked for again", async () => {
    let fails = true;
    const event = createEventBatches(async (ids) => {
      if (fails) throw new Error("away");
      return ids.map((eventId) => ({ eventId }) as unknown as EventView);
    });
    const both = await Promise.allSettled([event("a"), event("b")]);
    expect(both.map(({ status }) => status)).to.deep.equal(["rejected", "rejected"]);
    fails = false;
    expect((await event("a"))?.eventId).to.equal("a");
  });
});
