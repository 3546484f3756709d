import { expect } from "chai";
import {
  ALL_GRANTED,
  GRANT_FACTOR_MIN,
  type Grant,
  type Load,
  nextGrant,
} from "../../src/http/limits/adaptive.ts";

const CALM: Load = { loopDelayP99Ms: 20, mailboxWaitMs: 0 };
const BETWEEN: Load = { loopDelayP99Ms: 200, mailboxWaitMs: 0 };
const LATE: Load = { loopDelayP99Ms: 400, mailboxWaitMs: 0 };
const DEEP: Load = { loopDelayP99Ms: 5, mailboxWaitMs: 30_000 };

const LOOP_DELAY_MS_MAX = 250;

const next = (grant: Grant, load: Load) => nextGrant(grant, load, LOOP_DELAY_MS_MAX);
const granted = (grant: Grant, ...loads: Load[]) => loads.reduce(next, grant);
const times = (count: number, load: Load) => Array.from({ length: count }, () => load);

describe("what is granted of the limits", () => {
  it("is all while nothing is behind", () => {
    expect(granted(ALL_GRANTED, ...times(50, CALM)).factor).to.equal(1);
    expect(granted(ALL_GRANTED, ...times(50, BETWEEN)).factor).to.equal(1);
  });

  for (const [what, load] of [
    ["the event loop", LATE],
    ["a mailbox", DEEP],
  ] as const) {
    it(`shrinks while ${what} is behind, at once and never below its floor`, () => {
      expect(granted(ALL_GRANTED, load).factor).to.equal(0.7);
      expect(granted(ALL_GRANTED, load, load).factor).to.be.closeTo(0.49, 1e-9);
      expect(granted(ALL_GRANTED, ...times(100, load)).factor).to.equal(GRANT_FACTOR_MIN);
    });
  }

  it("stays as it is between behind and calm", () => {
    const tight = granted(ALL_GRANTED, LATE, LATE);
    expect(granted(tight, ...times(20, BETWEEN)).factor).to.equal(tight.factor);
  });

  it("grows again in steps, after it was calm for a while", () => {
    const tight = granted(ALL_GRANTED, ...times(10, LATE));
    expect(granted(tight, CALM, CALM).factor).to.equal(GRANT_FACTOR_MIN);
    expect(granted(tight, CALM, CALM, CALM).factor).to.be.closeTo(GRANT_FACTOR_MIN + 0.1, 1e-9);
    expect(granted(tight, CALM, CALM, BETWEEN, CALM, CALM).factor).to.equal(GRANT_FACTOR_MIN);
    expect(granted(tight, ...times(20, CALM)).factor).to.equal(1);
  });

  it("does not flutter where calm and late take turns", () => {
    let grant: Grant = ALL_GRANTED;
    let last = grant.factor;
    for (let turn = 0; turn < 50; turn += 1) {
      grant = next(grant, turn % 2 === 0 ? LATE : CALM);
      expect(grant.factor).to.be.at.most(last);
      last = grant.factor;
    }
  });
});
