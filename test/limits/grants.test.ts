import { setTimeout as sleep } from "node:timers/promises";
import { expect } from "chai";
import { GRANT_FACTOR_MIN } from "../../src/http/limits/adaptive.ts";
import { Grants } from "../../src/http/limits/grants.ts";
import { until } from "../support/until.ts";

function blockMs(ms: number): void {
  const end = performance.now() + ms;
  while (performance.now() < end);
}

describe("limits under real load", () => {
  let grants: Grants;
  beforeEach(() => {
    grants = new Grants(250);
  });
  afterEach(() => grants.close());

  it("are tightened while the event loop is late, and come back", async () => {
    const late = setInterval(() => blockMs(600), 700);
    await until("limits are tightened", () => grants.factor < 0.75);
    clearInterval(late);
    expect(grants.factor).to.be.at.least(GRANT_FACTOR_MIN);
    const tight = grants.factor;
    await until("limits are relaxed", () => grants.factor > tight, 30_000);
  });

  it("are tightened by a mailbox that is far behind its pace, not by a long one that is fast", async () => {
    grants.accepted(40_000, 7_000);
    await sleep(1_200);
    expect(grants.factor).to.be.above(0.4);
    const before = grants.factor;
    grants.accepted(40_000, 500);
    await until("limits are tightened", () => grants.factor < before);
  });
});
