import { expect } from "chai";
import { WorkLoop } from "../../src/ops/work-loop.ts";
import { until } from "../support/until.ts";

const LONG_MS = 60_000;

describe("a loop of work", () => {
  it("rests as long as the work says, and is woken by a hint", async () => {
    let rounds = 0;
    const loop = new WorkLoop(async () => {
      rounds += 1;
      return LONG_MS;
    });
    loop.start();
    await until("it worked once", () => rounds === 1);
    loop.hint();
    await until("it worked again", () => rounds === 2);
    await loop.close();
    expect(rounds).to.equal(2);
  });

  it("loses no hint that comes while it works", async () => {
    let rounds = 0;
    let finish: () => void = () => undefined;
    const loop = new WorkLoop(() => {
      rounds += 1;
      return new Promise((resolve) => {
        finish = () => resolve(LONG_MS);
      });
    });
    loop.start();
    await until("it works", () => rounds === 1);
    loop.hint();
    finish();
    await until("it works again, without a rest", () => rounds === 2);
    const closed = loop.close();
    finish();
    await closed;
  });

  it("goes on at once where there may be more, and ends with the work under way", async () => {
    let rounds = 0;
    const loop = new WorkLoop(async () => {
      rounds += 1;
      return rounds < 5 ? 0 : LONG_MS;
    });
    loop.start();
    await until("it worked five times", () => rounds === 5);
    await loop.close();
    expect(rounds).to.equal(5);
  });
});
