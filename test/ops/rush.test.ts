import { expect } from "chai";
import { Rush } from "../../src/ops/rush.ts";
import { WorkRest } from "../../src/ops/work-rest.ts";

describe("a rush", () => {
  let now: number;
  let rush: Rush;
  beforeEach(() => {
    now = 1_000_000;
    rush = new Rush({ perSecondMin: 500, msMax: 15_000, calmMs: 5_000 }, () => now);
  });

  /** Turns of 100 decisions, `perSecond` in sum. */
  const sell = (seconds: number, perSecond: number) => {
    const turns = (seconds * perSecond) / 100;
    for (let turn = 0; turn < turns; turn += 1) {
      now += (seconds * 1_000) / turns;
      rush.note(100);
    }
  };

  it("is on while many are decided, and not on an ordinary day", () => {
    expect(rush.isOn).to.equal(false);
    sell(10, 300);
    expect(rush.isOn).to.equal(false);
    sell(2, 2_000);
    expect(rush.isOn).to.equal(true);
    now += 2_500;
    expect(rush.isOn).to.equal(false);
  });

  it("keeps nobody waiting for longer than its bound, however long the sale goes on", () => {
    sell(14, 3_000);
    expect(rush.isOn).to.equal(true);
    sell(2, 3_000);
    expect(rush.isOn).to.equal(false);
    sell(60, 3_000);
    expect(rush.isOn).to.equal(false);
  });

  it("begins anew after a calm, and not after a breath", () => {
    sell(16, 3_000);
    now += 4_000;
    sell(1, 3_000);
    expect(rush.isOn).to.equal(false);
    now += 6_000;
    sell(1, 3_000);
    expect(rush.isOn).to.equal(true);
  });

  it("makes those rest longer who can wait", async () => {
    const rest = new WorkRest({ restPerWork: 2, rushRestPerWork: 20, restMsMax: 60_000, rush });
    const work = () => new Promise<void>((resolve) => setTimeout(resolve, 20));
    await rest.after(work);
    const calmMs = rest.leftMs;
    expect(calmMs).to.be.within(20, 200);
    sell(1, 3_000);
    await rest.after(work);
    expect(rest.leftMs).to.be.above(5 * calmMs);
  });
});
