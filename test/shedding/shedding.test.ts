import { expect } from "chai";
import type { LoadSignals } from "../../src/http/shedding/pressure.ts";
import { Shedding } from "../../src/http/shedding/shedding.ts";

const QUIET: LoadSignals = { loopDelayMs: 0, acceptWaitMs: 0, poolWaitMs: 0 };

/** A process whose clock and signals are the test's. */
function stage() {
  let now = 0;
  let isShort = false;
  const shed: string[] = [];
  const shedding = new Shedding({
    bounds: { loopDelayMs: 100, acceptWaitMs: 100, poolWaitMs: 100 },
    observe: (loadClass, signal) => shed.push(`${loadClass} ${signal}`),
    isShortOfWork: () => isShort,
    now: () => now,
  });
  return {
    shed,
    shedding,
    setShort: (short: boolean) => {
      isShort = short;
    },
    pass: (ms: number) => {
      now += ms;
    },
    tick: (signals: Partial<LoadSignals>) => {
      now += 250;
      shedding.tick({ ...QUIET, ...signals });
    },
  };
}

describe("turning requests away", () => {
  it("lets everybody in while all is well, and counts nobody", () => {
    const { shedding, tick, shed } = stage();
    for (let at = 0; at < 20; at += 1) tick({ loopDelayMs: 90 });
    expect(shedding.isCalm()).to.equal(true);
    expect(Array.from({ length: 50 }, () => shedding.refusal("entering"))).to.deep.equal(
      Array(50).fill(null),
    );
    expect(shed).to.deep.equal([]);
  });

  it("lets in exactly its part, evenly spread, and says what for the others are turned away", () => {
    const { shedding, tick, shed } = stage();
    tick({ loopDelayMs: 125 });
    tick({ loopDelayMs: 125 });
    expect(shedding.isCalm()).to.equal(false);
    const answers = Array.from({ length: 100 }, () => shedding.refusal("entering"));
    expect(answers.filter((one) => one === null)).to.have.length.within(79, 80);
    for (let at = 0; at + 10 <= 100; at += 10) {
      expect(answers.slice(at, at + 10).filter((one) => one !== null)).to.have.length.within(1, 3);
    }
    expect(new Set(shed)).to.deep.equal(new Set(["entering loopDelayMs"]));
  });

  it("begins in the middle of a round of the event loop that does not end", () => {
    const { shedding, pass, tick } = stage();
    tick({});
    pass(400);
    expect(shedding.isCalm()).to.equal(true);
    pass(200);
    expect(shedding.isCalm()).to.equal(false);
    expect(shedding.shareOf("entering")).to.equal(0.6);
    pass(600);
    shedding.isCalm();
    expect(shedding.shareOf("entering")).to.be.closeTo(0.36, 1e-9);
  });

  it("lets in half of new work at least while there is little to decide", () => {
    const { shedding, tick, setShort } = stage();
    for (let at = 0; at < 12; at += 1) tick({ loopDelayMs: 1_000 });
    const letIn = () =>
      Array.from({ length: 100 }, () => shedding.refusal("entering")).filter((one) => one === null);
    expect(letIn()).to.have.length.within(4, 6);
    setShort(true);
    expect(letIn()).to.have.length.within(49, 51);
  });

  it("tells nobody to stay away for longer than it takes until all are let in again", () => {
    const { shedding, tick } = stage();
    for (let at = 0; at < 12; at += 1) tick({ loopDelayMs: 1_000 });
    for (let at = 0; at < 1_000; at += 1) shedding.refusal("entering");
    for (let at = 0; at < 14; at += 1) tick({});
    const told = Array.from({ length: 1_000 }, () => shedding.refusal("entering")).filter(
      (one) => one !== null,
    );
    expect(told.length).to.be.above(0);
    expect(Math.max(...told)).to.be.at.most(2);
  });

  it("leaves other classes alone", () => {
    const { shedding, tick } = stage();
    tick({ poolWaitMs: 300 });
    tick({ poolWaitMs: 300 });
    expect(shedding.shareOf("listing")).to.be.below(1);
    expect([shedding.shareOf("entering"), shedding.shareOf("page")]).to.deep.equal([1, 1]);
  });

  it("tells each when their turn is: later, the more were turned away before them", () => {
    const { shedding, tick, pass } = stage();
    for (let at = 0; at < 12; at += 1) tick({ loopDelayMs: 1_000 });
    // Nobody knows yet how many get in. Of 100 a tick it is a twentieth: 20 a second.
    for (let at = 0; at < 100; at += 1) expect(shedding.refusal("entering")).to.be.oneOf([null, 1]);
    tick({ loopDelayMs: 95 });
    const told = Array.from({ length: 200 }, () => shedding.refusal("entering")).filter(
      (one) => one !== null,
    );
    expect(told[0]).to.equal(1);
    expect(told.at(-1)).to.be.within(9, 10);
    for (const [at, seconds] of told.slice(1).entries()) expect(seconds).to.be.at.least(told[at] as number);
    // Time passes, and so do those who stand before.
    pass(20_000);
    expect(Array.from({ length: 3 }, () => shedding.refusal("entering")).at(-1)).to.equal(1);
  });

  it("never tells anybody to stay away for more than half a minute", () => {
    const { shedding, tick } = stage();
    for (let at = 0; at < 12; at += 1) tick({ loopDelayMs: 1_000 });
    for (let at = 0; at < 100; at += 1) shedding.refusal("entering");
    tick({ loopDelayMs: 1_000 });
    const told = Array.from({ length: 50_000 }, () => shedding.refusal("entering"));
    expect(Math.max(...told.map((one) => one ?? 0))).to.equal(30);
  });

  it("lets everybody in again once it is calm", () => {
    const { shedding, tick } = stage();
    for (let at = 0; at < 12; at += 1) tick({ loopDelayMs: 1_000 });
    for (let at = 0; at < 25; at += 1) tick({});
    expect(shedding.isCalm()).to.equal(true);
  });
});
