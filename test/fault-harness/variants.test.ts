import { expect } from "chai";
import { strikesAsked, variantsAsked } from "../fault-runs/command.ts";
import { ALL_FAULTS } from "../fault-runs/faults/all-faults.ts";
import { countsOf, resultsText, summarize } from "../fault-runs/results.ts";
import { ALL_VARIANTS } from "../fault-runs/variants/all-variants.ts";
import { isCaughtIn, isTold, type VariantResult, variantText } from "../fault-runs/variants/run-variant.ts";

const NOTHING = { quick: false, fault: null, variant: null, runs: null, minutes: null };
const SEEN = { fired: 3, violations: ["I7: overtaken"], error: null };
const CLEAN = { fired: 3, violations: [], error: null, kept: null };

const caught = (changes: Partial<VariantResult> = {}): VariantResult => ({
  ...{ name: "wrong-order", caughtBy: "I7", isCaught: true, runs: 1, elapsedMs: 9_000, control: CLEAN },
  ...SEEN,
  ...changes,
});

describe("broken variants among fault runs", () => {
  it("stand alone where nothing else is asked for, and with faults where a bound or a fault is", () => {
    const options = { ...NOTHING, variant: "all" };
    expect(strikesAsked(options, ALL_FAULTS)).to.deep.equal([]);
    for (const more of [{ runs: 200 }, { minutes: 60 }, { fault: ["F6"] }]) {
      expect(strikesAsked({ ...options, ...more }, ALL_FAULTS)).to.not.be.empty;
      expect(variantsAsked({ ...options, ...more }, ALL_VARIANTS)).to.have.length(ALL_VARIANTS.length);
    }
  });

  it("are caught by the invariant that is named, in a run that came to its end and in which the strike struck", () => {
    expect(isCaughtIn(SEEN, "I7")).to.equal(true);
    expect(isCaughtIn(SEEN, "I1")).to.equal(false);
    expect(isCaughtIn({ ...SEEN, fired: 0 }, "I7")).to.equal(false);
    expect(isCaughtIn({ ...SEEN, error: "no worker" }, "I7")).to.equal(false);
  });

  it("show nothing where the intact product does not pass the same strike", () => {
    expect(isTold(caught())).to.equal(true);
    expect(isTold(caught({ control: null })), "the quick form has no control").to.equal(true);
    expect(isTold(caught({ isCaught: false }))).to.equal(false);
    for (const wrong of [{ fired: 0 }, { violations: ["I7: overtaken"] }, { error: "no worker" }]) {
      expect(isTold(caught({ control: { ...CLEAN, ...wrong } }))).to.equal(false);
    }
  });

  it("and their controls are in the results", () => {
    const failed = caught({ name: "dropped-retry", control: { ...CLEAN, violations: ["I15: late"] } });
    const results = summarize([], [caught(), failed], {
      ...{ seed: 1, command: "again", started_at: "", elapsed_s: 1, skipped: [] },
      titleOf: (id) => id,
    });
    expect(countsOf(results)).to.deep.equal({ passed: 1, failed: 1, skipped: 0 });
    expect(results.variants[1]?.control).to.deep.equal({ fired: 3, violations: ["I15: late"], error: null });
    const text = resultsText(results);
    expect(text).to.match(/wrong-order +I7 +1 +3 +3 +0\n/);
    expect(text).to.match(/dropped-retry +I7 +1 +3 +3 +1\n/);
    expect(variantText(failed)).to.include("intact: FAILED, fired 3×").and.include("I15: late");
  });
});
