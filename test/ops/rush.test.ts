import { setTimeout as sleep } from "node:timers/promises";
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

  it("is waited out by those who can wait, and by nobody else", async () => {
    const limits = { restPerWork: 0, restMsMax: 1_000 };
    const signal = new AbortController().signal;
    const over: string[] = [];
    sell(1, 3_000);
    const patient = new WorkRest({ ...limits, rush }).untilOver(signal).then(() => over.push("patient"));
    await new WorkRest({ ...limits, rush: null }).untilOver(signal).then(() => over.push("urgent"));
    await sleep(600);
    expect(over).to.deep.equal(["urgent"]);
    now += 2_500;
    await patient;
  });

  it("holds up nobody who is to stop", async () => {
    const stop = new AbortController();
    sell(1, 3_000);
    const waiting = new WorkRest({ restPerWork: 0, restMsMax: 1_000, rush }).untilOver(stop.signal);
    stop.abort();
    await waiting;
    expect(rush.isOn).to.equal(true);
  });
});

describe("a rest", () => {
  it("is as many times as long as the work as it is to be, and ends", async () => {
    const rest = new WorkRest({ restPerWork: 2, restMsMax: 60_000, rush: { isOn: false } });
    await rest.after(() => sleep(50));
    const from = performance.now();
    await rest.untilOver(new AbortController().signal);
    expect(performance.now() - from).to.be.within(90, 1_000);
  });
});
