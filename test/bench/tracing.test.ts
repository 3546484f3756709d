import { expect } from "chai";
import { readBenchOptions } from "../../bench/lib/bench-options.ts";
import { SUITES } from "../../bench/suites/registry.ts";
import { renderTracing } from "../../bench/suites/tracing-report.ts";
import type { TracingResult, TracingRound, TracingSample } from "../../bench/suites/tracing-result.ts";
import { tracingGoals, tracingRows } from "../../bench/suites/tracing-verdict.ts";

const CPU = { load: 0.2, api: 0.35, worker: 0.12, postgresql: 0.25, idle: 0.003, other: 0.02 };

function sample(decided_per_s: number, over: Partial<TracingSample> = {}): TracingSample {
  return {
    decided_per_s,
    cpu_us_per_decision: 200,
    cpu: CPU,
    spans_kept: 0,
    spans_dropped: 0,
    errors: 0,
    violations: [],
    ...over,
  };
}

function round(byDefault: number, none: number, all: number): TracingRound {
  return {
    default: sample(byDefault, { cpu_us_per_decision: 204, spans_kept: 0.12 }),
    none: sample(none),
    all: sample(all, { cpu_us_per_decision: 300, spans_kept: 7, spans_dropped: 1.5 }),
  };
}

// The machine is half as fast in the second round, which is nobody's fault.
const ROUNDS = [round(4_900, 5_000, 3_500), round(2_400, 2_500, 2_000), round(5_100, 5_000, 3_600)];

function resultOf(rounds: readonly TracingRound[]): TracingResult {
  const rows = tracingRows(rounds);
  const ratios = { default: 0.01, none: 0, all: 1 };
  const goals = tracingGoals(rows);
  return {
    connections: 1_000,
    rounds: rounds.length,
    warm_up_ms: 2_000,
    measure_ms: 5_000,
    ratios,
    goals,
    rows,
  };
}

describe("the cost of tracing", () => {
  it("is the median of the ratios within each round, with the lowest and the highest", () => {
    const [byDefault, none, all] = tracingRows(ROUNDS);
    expect(byDefault).to.deep.include({
      decided_per_s: 4_900,
      decided_per_s_by_round: [4_900, 2_400, 5_100],
      decided_against_none: { median: 0.98, lowest: 0.96, highest: 1.02 },
      cpu_against_none: { median: 1.02, lowest: 1.02, highest: 1.02 },
    });
    expect(none?.decided_against_none).to.deep.equal({ median: 1, lowest: 1, highest: 1 });
    expect(all?.decided_against_none).to.deep.equal({ median: 0.72, lowest: 0.7, highest: 0.8 });
  });

  it("may be five per cent of throughput as the product comes, whatever tracing everything costs", () => {
    const judged = (rounds: readonly TracingRound[]) =>
      tracingGoals(tracingRows(rounds)).map(({ value, reached }) => ({ value, reached }));
    expect(judged(ROUNDS)).to.deep.equal([{ value: 2, reached: true }]);
    expect(judged([round(4_740, 5_000, 100)])).to.deep.equal([{ value: 5.2, reached: false }]);
    expect(judged([round(5_050, 5_000, 100)])).to.deep.equal([{ value: -1, reached: true }]);
  });

  it("is told by rates alone where the system tells no processor time", () => {
    const blind = ROUNDS.map((one) => ({
      default: { ...one.default, cpu: null, cpu_us_per_decision: null },
      none: { ...one.none, cpu: null, cpu_us_per_decision: null },
      all: { ...one.all, cpu: null, cpu_us_per_decision: null },
    }));
    expect(tracingRows(blind)[0]).to.deep.include({ cpu_us_per_decision: null, cpu_against_none: null });
    expect(renderTracing(resultOf(blind))).to.match(/^as it comes +0\.01 +4,900 +0\.980 .* – +– +– /m);
  });

  it("is not reached where nothing was decided", () => {
    expect(tracingGoals(tracingRows([round(0, 0, 0)]))[0]?.reached).to.equal(false);
  });

  it("is written as a table with the goal, and says what went wrong", () => {
    const broken = { ...ROUNDS[0]!, all: sample(3_500, { errors: 4, violations: ["3 tickets too many"] }) };
    const text = renderTracing(resultOf([...ROUNDS, broken]));
    expect(text).to.include("4 rounds of 5.00 s");
    expect(text).to.match(
      /^as it comes +0\.01 +4,900 +0\.980 +0\.96 to 1\.02 +204 +1\.020 +1\.02 to 1\.02 +0\.12 /m,
    );
    expect(text).to.match(/^nothing traced +0 +5,000 +200 +0 +0 +20 % +35 %/m);
    expect(text).to.match(/tracing at the default sampling.* ≤ 5 % +2\.00 +reached/);
    expect(text).to.include("everything traced: 4 errors");
    expect(text).to.include("BOOKS VIOLATED: everything traced: 3 tickets too many");
  });

  it("has a suite of its own, with a quick form", () => {
    const options = readBenchOptions(["--quick"], SUITES);
    expect(options).to.have.property("suites").that.includes("tracing");
  });
});
