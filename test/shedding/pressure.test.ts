import { expect } from "chai";
import fc from "fast-check";
import { SHEDDABLE } from "../../src/http/shedding/load-classes.ts";
import {
  type Admission,
  ALL_ADMITTED,
  type LoadSignals,
  nextAdmission,
  pressureOn,
  SHARE_MIN,
} from "../../src/http/shedding/pressure.ts";

const BOUNDS: LoadSignals = { loopDelayMs: 250, acceptWaitMs: 500, poolWaitMs: 250 };
const QUIET: LoadSignals = { loopDelayMs: 5, acceptWaitMs: 10, poolWaitMs: 0 };

function admissionAfter(levels: readonly number[], from: Admission = ALL_ADMITTED): Admission {
  return levels.reduce((admission, level) => nextAdmission(admission, level), from);
}

describe("pressure on a process", () => {
  it("finds new work too much first, then lists, then pages, as its event loop is late", () => {
    const behindAt = (loopDelayMs: number) =>
      SHEDDABLE.filter((one) => pressureOn(one, { ...QUIET, loopDelayMs }, BOUNDS).level > 1);
    expect(behindAt(200)).to.deep.equal([]);
    expect(behindAt(300)).to.deep.equal(["entering"]);
    expect(behindAt(600)).to.deep.equal(["entering", "listing"]);
    expect(behindAt(1_100)).to.deep.equal(["entering", "listing", "page"]);
  });

  it("turns nobody away for a line that they do not stand in", () => {
    const slowReads = { ...QUIET, poolWaitMs: 900 };
    expect(pressureOn("entering", slowReads, BOUNDS).level).to.be.below(1);
    expect(pressureOn("listing", slowReads, BOUNDS)).to.deep.equal({ level: 3.6, signal: "poolWaitMs" });
    const slowAccepts = { ...QUIET, acceptWaitMs: 900 };
    expect(pressureOn("entering", slowAccepts, BOUNDS)).to.deep.equal({ level: 1.8, signal: "acceptWaitMs" });
    expect(pressureOn("page", slowAccepts, BOUNDS).level).to.be.below(1);
  });
});

describe("the part of a class that is let in", () => {
  it("is all of it after a single bad tick", () => {
    expect(admissionAfter([5]).share).to.equal(1);
    expect(admissionAfter([5, 0.1, 5, 0.1]).share).to.equal(1);
  });

  it("shrinks by as much as the bound is exceeded, though never to nothing", () => {
    expect(admissionAfter([1.25, 1.25]).share).to.equal(0.8);
    expect(admissionAfter([50, 50]).share).to.equal(0.6);
    expect(admissionAfter(Array(100).fill(50)).share).to.equal(SHARE_MIN);
  });

  it("stays as it is between calm and behind", () => {
    const less = admissionAfter([1.25, 1.25]);
    expect(admissionAfter([0.9, 0.8, 0.95], less).share).to.equal(0.8);
  });

  it("grows step by step once it has been calm for two ticks, and is all of it in the end", () => {
    const less = admissionAfter([1.25, 1.25]);
    expect(admissionAfter([0.1], less).share).to.equal(0.8);
    expect(admissionAfter([0.1, 0.1], less).share).to.be.closeTo(0.85, 1e-9);
    expect(admissionAfter(Array(6).fill(0.1), less).share).to.equal(1);
  });

  it("never leaves its bounds, whatever is measured", () => {
    const level = fc.double({ min: 0, max: 1e6, noNaN: true });
    fc.assert(
      fc.property(fc.array(level, { maxLength: 60 }), (levels) => {
        const { share } = admissionAfter(levels);
        expect(share).to.be.within(SHARE_MIN, 1);
      }),
    );
  });

  it("settles near what can be done where three times as much is asked for", () => {
    // A line that grows with what is let in beyond capacity, and whose length is the delay.
    let [line, admission, done] = [0, ALL_ADMITTED, 0];
    for (let tick = 0; tick < 400; tick += 1) {
      line += 750 * admission.share;
      const decided = Math.min(line, 250);
      line -= decided;
      if (tick >= 100) done += decided;
      admission = nextAdmission(admission, line / 250);
    }
    expect(done / 300).to.be.above(0.9 * 250);
    expect(line).to.be.below(5 * 250);
  });
});
