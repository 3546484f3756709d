import { expect } from "chai";
import { goalsOf } from "../../bench/lib/goals.ts";
import type { Sample } from "../../bench/lib/measure.ts";
import { type Measured, resultsOf } from "../../bench/lib/results.ts";
import {
  coversAll,
  planOf,
  SCENARIOS,
  type Scenario,
  SETTINGS,
  type Variant,
} from "../../bench/lib/scenarios.ts";

const sample = (decidedPerS: number, more: Partial<Sample> = {}): Sample => ({
  decidedPerS,
  answeredPerS: decidedPerS,
  drainedPerS: null,
  p50Ms: 10,
  p99Ms: 20,
  errors: 0,
  errorsByStatus: {},
  unpersisted: null,
  newsMs: null,
  cpu: null,
  violations: [],
  ...more,
});

const HOT = SCENARIOS.find(({ name }) => name === "hot-1000")!;
const SEATED = SCENARIOS.find(({ name }) => name === "seated-1000")!;

function measured(
  variant: Variant,
  rates: readonly number[],
  more: Partial<Sample> = {},
  scenario: Scenario = HOT,
): Measured[] {
  return rates.map((rate, round) => ({
    round,
    setting: SETTINGS[0],
    scenario,
    variant,
    sample: sample(rate, more),
    poolSize: null,
  }));
}

describe("results of a benchmark", () => {
  it("are the medians of the rounds, each against both row-lock peers of the same scenario", () => {
    const [evently, rowLock, tuned] = resultsOf([
      ...measured("evently", [9_000, 7_000, 8_000]),
      ...measured("row-lock", [900, 1_000, 1_100]),
      ...measured("row-lock-tuned", [2_000]),
    ]);
    expect(evently).to.deep.include({
      decided_per_s: 8_000,
      ratio_to_row_lock: 8,
      ratio_to_row_lock_tuned: 4,
    });
    expect(tuned).to.deep.include({ ratio_to_row_lock: 2, ratio_to_row_lock_tuned: 1 });
    expect(evently?.decided_per_s_by_round).to.deep.equal([9_000, 7_000, 8_000]);
    expect(rowLock?.ratio_to_row_lock).to.equal(1);
  });

  it("have no ratio where the row-lock peer was not measured", () => {
    expect(resultsOf(measured("evently", [9_000]))[0]).to.deep.include({
      ratio_to_row_lock: null,
      ratio_to_row_lock_tuned: null,
    });
  });

  it("add up errors and violations of all rounds", () => {
    const [result] = resultsOf(
      measured("evently", [1, 2], { errors: 3, errorsByStatus: { "503": 3 }, violations: ["gap"] }),
    );
    expect(result).to.deep.include({ errors: 6, errors_by_status: { "503": 6 }, violations: ["gap", "gap"] });
  });

  it("tell the worst moment of all rounds, and nothing where nothing can be lost", () => {
    const [redis] = resultsOf([
      ...measured("redis-lua", [1], { unpersisted: { count: 10, ms: 7 } }),
      ...measured("redis-lua", [1], { unpersisted: { count: 3, ms: 90 } }),
    ]);
    expect(redis).to.deep.include({ unpersisted_max: { count: 10, ms: 90 } });
    expect(resultsOf(measured("evently", [1]))[0]).to.deep.include({ unpersisted_max: null });
  });

  it("say what an answer of each variant tells", () => {
    const tells = (variant: Variant) => resultsOf(measured(variant, [1]))[0]?.answer_is;
    expect(
      ["group-commit", "redis-lua", "bullmq", "graphile-worker", "send-batch", "ceiling"].map((name) =>
        tells(name as Variant),
      ),
    ).to.deep.equal(["decision", "decision", "acceptance", "acceptance", "acceptance", "nothing"]);
  });

  it("reach a goal, miss it, or say that it was not measured", () => {
    const results = resultsOf([...measured("evently", [9_000]), ...measured("row-lock", [1_000])]);
    const goals = goalsOf(results);
    expect(goals.map(({ value, reached }) => [value, reached])).to.deep.equal([
      [9, false],
      [null, null],
      [null, null],
      [null, null],
      [9_000, true],
      [null, null],
      [null, null],
      [null, null],
    ]);
  });

  it("hold an event with seats against one without in the same run", () => {
    const goal = (rate: number) =>
      goalsOf(resultsOf([...measured("evently", [5_000]), ...measured("evently", [rate], {}, SEATED)])).find(
        ({ name }) => name.includes("seats"),
      );
    expect(goal(2_500)).to.deep.include({ wanted: "≥ 0.5×", value: 0.5, reached: true });
    expect(goal(2_400)).to.deep.include({ value: 0.48, reached: false });
  });
});

describe("plan of a benchmark", () => {
  it("measures the variants of a scenario one after the other, beginning with another one each round", () => {
    const plan = planOf({
      rounds: 2,
      scenarios: [HOT],
      covers: (setting, _scenario, variant) =>
        setting.name === "as-is" && ["evently", "row-lock", "ceiling"].includes(variant),
    });
    expect(plan.map(({ round, variant }) => `${round} ${variant}`)).to.deep.equal([
      "0 evently",
      "0 row-lock",
      "0 ceiling",
      "1 row-lock",
      "1 ceiling",
      "1 evently",
    ]);
  });

  it("measures everything equally often", () => {
    const plan = planOf({ rounds: 3, scenarios: SCENARIOS, covers: coversAll });
    const counts = Map.groupBy(plan, (one) => `${one.setting.name} ${one.scenario.name} ${one.variant}`);
    expect(new Set([...counts.values()].map((group) => group.length))).to.deep.equal(new Set([3]));
  });
});
