import { median } from "../../bench/lib/statistics.ts";
import { renderTable } from "../../bench/lib/table.ts";
import type { FaultId } from "./fault.ts";
import type { SkippedPoint } from "./plan.ts";
import { isGood, type RunResult } from "./run-result.ts";
import { type Control, isTold, type VariantResult } from "./variants/run-variant.ts";

/** What all runs of one point showed together. */
export interface PointSummary {
  readonly fault: FaultId;
  readonly point: string;
  readonly title: string;
  readonly runs: number;
  readonly fired: number;
  readonly violations: number;
  /** Runs that came to nothing, or whose fault never struck. */
  readonly failed: number;
  readonly recovery_ms_median: number | null;
  readonly recovery_ms_max: number | null;
}

export interface VariantSummary
  extends Pick<VariantResult, "name" | "caughtBy" | "isCaught" | "runs" | "fired"> {
  readonly control: Omit<Control, "kept"> | null;
}

export interface Results {
  readonly seed: number;
  readonly command: string;
  readonly started_at: string;
  readonly elapsed_s: number;
  readonly runs: number;
  readonly violations: number;
  readonly points: readonly PointSummary[];
  readonly skipped: readonly { readonly fault: FaultId; readonly point: string; readonly reason: string }[];
  /** How often an invariant could not be judged, by what it said. */
  readonly not_judged: Readonly<Record<string, number>>;
  /** Broken products that were tried: whether the checker saw it, and what it said of the intact one. */
  readonly variants: readonly VariantSummary[];
  readonly every_run: readonly Omit<RunResult, "kept" | "notJudged">[];
}

/** Puts runs together, by fault and point in the order in which they first came. */
export function summarize(
  runs: readonly RunResult[],
  variants: readonly VariantResult[],
  about: Pick<Results, "seed" | "command" | "started_at" | "elapsed_s"> & {
    readonly skipped: readonly SkippedPoint[];
    readonly titleOf: (fault: FaultId) => string;
  },
): Results {
  const { skipped, titleOf, ...said } = about;
  const byPoint = Map.groupBy(runs, ({ fault, point }) => `${fault}/${point}`);
  const notJudged: Record<string, number> = {};
  for (const reason of runs.flatMap((run) => run.notJudged)) notJudged[reason] = (notJudged[reason] ?? 0) + 1;
  return {
    ...said,
    runs: runs.length,
    violations: runs.reduce((sum, run) => sum + run.violations.length, 0),
    points: [...byPoint.values()].map((group) => summaryOf(group, titleOf)),
    skipped: skipped.map(({ fault, point, reason }) => ({ fault: fault.id, point, reason })),
    not_judged: notJudged,
    variants: variants.map(variantSummaryOf),
    every_run: runs.map(({ kept: _kept, notJudged: _reasons, ...rest }) => ({
      ...rest,
      recoveryMs: rounded(rest.recoveryMs),
      elapsedMs: Math.round(rest.elapsedMs),
    })),
  };
}

function variantSummaryOf({ name, caughtBy, isCaught, runs, fired, control }: VariantResult): VariantSummary {
  const intact = control && {
    fired: control.fired,
    violations: control.violations,
    error: control.error,
  };
  return { name, caughtBy, isCaught, runs, fired, control: intact };
}

function summaryOf(group: readonly RunResult[], titleOf: (fault: FaultId) => string): PointSummary {
  const [first] = group as readonly [RunResult, ...RunResult[]];
  const recoveries = group.flatMap(({ recoveryMs }) => recoveryMs ?? []);
  return {
    fault: first.fault,
    point: first.point,
    title: titleOf(first.fault),
    runs: group.length,
    fired: group.reduce((sum, { fired }) => sum + fired, 0),
    violations: group.reduce((sum, { violations }) => sum + violations.length, 0),
    failed: group.filter((run) => !isGood(run) && run.violations.length === 0).length,
    recovery_ms_median: recoveries.length === 0 ? null : rounded(median(recoveries)),
    recovery_ms_max: recoveries.length === 0 ? null : rounded(Math.max(...recoveries)),
  };
}

/** Infinity has no form in JSON: a recovery that never came is a violation, and has no figure. */
function rounded(ms: number | null): number | null {
  return ms === null || !Number.isFinite(ms) ? null : Math.round(ms);
}

const COLUMNS = [
  { heading: "fault", align: "left" },
  { heading: "point", align: "left" },
  { heading: "runs", align: "right" },
  { heading: "fired", align: "right" },
  { heading: "violations", align: "right" },
  { heading: "failed", align: "right" },
  { heading: "recovery median", align: "right" },
  { heading: "max", align: "right" },
] as const;

/** The table of a person, with what was left out and what could not be judged below it. */
export function resultsText({ points, skipped, not_judged, variants, ...results }: Results): string {
  const rows = points.map((one) => [
    one.fault,
    one.point,
    `${one.runs}`,
    `${one.fired}`,
    `${one.violations}`,
    `${one.failed}`,
    inMs(one.recovery_ms_median),
    inMs(one.recovery_ms_max),
  ]);
  const left = skipped.map(({ fault, point, reason }) => `  ${fault}/${point}: ${reason}`);
  const unjudged = Object.entries(not_judged).map(([reason, count]) => `  ${count} × ${reason}`);
  return [
    renderTable(COLUMNS, rows),
    "",
    `${results.runs} runs in ${results.elapsed_s} s, ${results.violations} violations; seed ${results.seed}`,
    `again: ${results.command}`,
    ...(variants.length === 0 ? [] : ["", renderTable(VARIANT_COLUMNS, variants.map(variantRow))]),
    ...(left.length === 0 ? [] : ["", "not possible on this machine:", ...left]),
    ...(unjudged.length === 0 ? [] : ["", "not judged:", ...unjudged]),
    "",
  ].join("\n");
}

const VARIANT_COLUMNS = [
  { heading: "broken on purpose", align: "left" },
  { heading: "seen by", align: "left" },
  { heading: "in run", align: "right" },
  { heading: "fired", align: "right" },
  { heading: "intact: fired", align: "right" },
  { heading: "violations", align: "right" },
] as const;

function variantRow({ name, caughtBy, isCaught, runs, fired, control }: VariantSummary): string[] {
  const seen = isCaught ? caughtBy : `NOT by ${caughtBy}`;
  const violations = control?.error == null ? `${control?.violations.length ?? "–"}` : "FAILED";
  return [name, seen, `${runs}`, `${fired}`, `${control?.fired ?? "–"}`, violations];
}

/** How many runs and variants came out as they have to, how many did not, and what this machine does not allow. */
export function countsOf({ every_run, variants, skipped }: Results): {
  readonly passed: number;
  readonly failed: number;
  readonly skipped: number;
} {
  const good = every_run.filter(isGood).length + variants.filter(isTold).length;
  return { passed: good, failed: every_run.length + variants.length - good, skipped: skipped.length };
}

function inMs(value: number | null): string {
  return value === null ? "–" : `${value} ms`;
}
