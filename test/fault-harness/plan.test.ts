import { expect } from "chai";
import { UsageError } from "../../bench/lib/flags.ts";
import type { Fault } from "../fault-runs/fault.ts";
import { FAULT_IDS } from "../fault-runs/fault.ts";
import { ALL_FAULTS } from "../fault-runs/faults/all-faults.ts";
import { helpText, readOptions, strikesNamed } from "../fault-runs/options.ts";
import { type PlannedRun, planRuns, sortOut, strikesOf } from "../fault-runs/plan.ts";

const fault = (id: Fault["id"], points: readonly string[], reason: string | null = null): Fault => ({
  id,
  title: id,
  points,
  quickPoints: points.slice(0, 1),
  needs: async (point) => (point === "impossible" ? reason : null),
  stage: () => ({ system: {}, workload: {} }),
  inject: async () => undefined,
});
const FAULTS = [
  fault("F1", ["a", "b", "c"]),
  fault("F2", ["d"]),
  fault("F3", ["e", "impossible"], "no disk"),
];
const names = (strikes: readonly { fault: Fault; point: string }[]) =>
  strikes.map((strike) => `${strike.fault.id}/${strike.point}`);

describe("the plan of fault runs", () => {
  const strikes = strikesOf(FAULTS, ({ points }) => points);

  it("takes the faults in rounds, so that each has its turn soon", () => {
    expect(names(strikes)).to.deep.equal(["F1/a", "F2/d", "F3/e", "F1/b", "F3/impossible", "F1/c"]);
  });

  it("leaves out what the machine does not allow, with the reason", async () => {
    const { possible, skipped } = await sortOut(strikes);
    expect(names(possible)).to.deep.equal(["F1/a", "F2/d", "F3/e", "F1/b", "F1/c"]);
    expect(skipped.map(({ point, reason }) => [point, reason])).to.deep.equal([["impossible", "no disk"]]);
  });

  const firstOf = (seed: number, count: number): PlannedRun[] => {
    const runs: PlannedRun[] = [];
    for (const run of planRuns(strikes, seed)) {
      if (runs.push(run) === count) break;
    }
    return runs;
  };

  it("is the same for the same seed, and begins with that seed itself", () => {
    const seeds = firstOf(7, 20).map(({ seed }) => seed);
    expect(seeds[0]).to.equal(7);
    expect(new Set(seeds).size).to.equal(20);
    expect(firstOf(7, 20).map(({ seed }) => seed)).to.deep.equal(seeds);
    expect(firstOf(8, 20).map(({ seed }) => seed)).not.to.deep.equal(seeds);
  });

  it("gives each strike its turn again when all have had one", () => {
    expect(names(firstOf(1, 13)).filter((name) => name === "F1/a")).to.have.length(3);
  });
});

describe("the options of fault runs", () => {
  it("name faults and points", () => {
    const options = readOptions(["--fault", "F1/b,F2", "--seed", "5"], FAULTS, []);
    if (options === "help") throw new Error("no help was asked for");
    expect(options).to.include({ seed: 5, quick: false, runs: null, minutes: null });
    expect(names(strikesNamed(FAULTS, options.fault ?? []))).to.deep.equal(["F1/b", "F2/d"]);
  });

  for (const [wrong, says] of [
    [["--fault", "F9"], /accepted are F1, F2, F3/],
    [["--fault", "F1/x"], /the points of F1 are a, b, c/],
    [["--runs", "0"], /from 1 to/],
    [["--variant", "none"], /accepted are all, one/],
    [["--loud"], /accepted are --quick/],
  ] as const) {
    it(`that are wrong are refused in one line: ${wrong.join(" ")}`, () => {
      expect(() => readOptions(wrong, FAULTS, ["one"]))
        .to.throw(UsageError, says)
        .with.property("message")
        .not.includes("\n");
    });
  }

  it("are explained with every fault and variant", () => {
    const text = helpText(FAULTS, [{ name: "one", breaks: "Nothing." }]);
    const long = helpText([{ ...fault("F5", ["a"]), isLong: true }, ...FAULTS], []);
    expect(long).to.include("the longest (F5)");
    for (const word of ["--quick", "F1", "F3", "impossible", "one: Nothing."]) expect(text).to.include(word);
  });
});

describe("the faults", () => {
  it("are those of the list, each once and in order", () => {
    expect(ALL_FAULTS.map(({ id }) => id)).to.deep.equal([...FAULT_IDS]);
  });

  it("have points of different names, and quick ones among them", () => {
    for (const { id, points, quickPoints } of ALL_FAULTS) {
      expect(new Set(points).size, id).to.equal(points.length);
      expect(points, id).to.include.members([...quickPoints]);
      for (const point of points) expect(point, id).to.match(/^[\w.+-]+$/);
    }
  });
});
