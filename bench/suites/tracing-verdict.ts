import { medianCpu } from "../lib/cpu.ts";
import type { Goal } from "../lib/results.ts";
import { median, medianOrNull } from "../lib/statistics.ts";
import {
  type Ratios,
  SAMPLINGS,
  type Sampling,
  type TracingResult,
  type TracingRound,
  type TracingRow,
} from "./tracing-result.ts";

const COST_PERCENT_MAX = 5;

/** The medians of each sampling, and what it is against none: by round, so that what drifts on the machine hits both. */
export function tracingRows(rounds: readonly TracingRound[]): TracingRow[] {
  return (Object.keys(SAMPLINGS) as Sampling[]).map((sampling) => {
    const samples = rounds.map((round) => round[sampling]);
    const ofNone = (pick: (sample: (typeof samples)[number]) => number | null) =>
      ratiosOf(rounds.map((round) => ({ mine: pick(round[sampling]), none: pick(round.none) })));
    return {
      sampling,
      decided_per_s: Math.round(median(samples.map(({ decided_per_s }) => decided_per_s))),
      decided_per_s_by_round: samples.map(({ decided_per_s }) => Math.round(decided_per_s)),
      decided_against_none: ofNone(({ decided_per_s }) => decided_per_s) ?? NOTHING,
      cpu_us_per_decision: medianOrNull(samples.map(({ cpu_us_per_decision }) => cpu_us_per_decision)),
      cpu_against_none: ofNone(({ cpu_us_per_decision }) => cpu_us_per_decision),
      cpu: medianCpu(samples.map(({ cpu }) => cpu)),
      spans_kept: median(samples.map(({ spans_kept }) => spans_kept)),
      spans_dropped: median(samples.map(({ spans_dropped }) => spans_dropped)),
      errors: samples.reduce((sum, { errors }) => sum + errors, 0),
      violations: samples.flatMap(({ violations }) => violations),
    };
  });
}

/** Where nothing was decided. */
const NOTHING: Ratios = { median: 0, lowest: 0, highest: 0 };

/** Null where no round has both. */
function ratiosOf(
  pairs: readonly { readonly mine: number | null; readonly none: number | null }[],
): Ratios | null {
  const ratios = pairs.flatMap(({ mine, none }) => (mine === null || !none ? [] : [mine / none]));
  if (ratios.length === 0) return null;
  const [middle, lowest, highest] = [median(ratios), Math.min(...ratios), Math.max(...ratios)];
  const rounded = (ratio: number) => Number(ratio.toFixed(3));
  return { median: rounded(middle), lowest: rounded(lowest), highest: rounded(highest) };
}

/** What tracing may cost as the product comes. */
export function tracingGoals(rows: TracingResult["rows"]): Goal[] {
  const ratio = rows.find(({ sampling }) => sampling === "default")?.decided_against_none.median ?? null;
  const value = ratio === null ? null : Number(((1 - ratio) * 100).toFixed(1));
  return [
    {
      name: "tracing at the default sampling: throughput it takes, per cent",
      wanted: `≤ ${COST_PERCENT_MAX} %`,
      value,
      reached: value === null ? null : value <= COST_PERCENT_MAX,
    },
  ];
}
