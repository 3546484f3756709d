import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { type Fault, nameOf } from "./fault.ts";
import { ALL, type Options } from "./options.ts";
import { type PlannedRun, planRuns, type Strike, sortOut, strikesOf } from "./plan.ts";
import { type Results, resultsText, summarize } from "./results.ts";
import { runOnce } from "./run.ts";
import { isGood, type RunResult } from "./run-result.ts";
import { PostgresPark } from "./system/postgres.ts";
import { runVariant, type VariantResult, variantText } from "./variants/run-variant.ts";
import type { Variant } from "./variants/variant.ts";

export interface CommandPorts {
  readonly faults: readonly Fault[];
  readonly variants: readonly Variant[];
  readonly print: (line: string) => void;
  /** Aborted when a person has had enough: the run under way is cut short, and the last. */
  readonly signal: AbortSignal;
}

/** Runs what the options ask for. @returns what all runs showed */
export async function runFaults(
  options: Options & { readonly seed: number },
  ports: CommandPorts,
): Promise<Results> {
  const { faults, variants, print, signal } = ports;
  const started = new Date();
  const { possible, skipped } = await sortOut(strikesAsked(options, faults));
  for (const { fault, point, reason } of skipped) print(`skipped ${nameOf(fault, point)}: ${reason}`);
  const park = new PostgresPark();
  const runs: RunResult[] = [];
  const caught: VariantResult[] = [];
  const isOver = bound(options, possible.length);
  try {
    for (const planned of planRuns(possible, options.seed)) {
      if (signal.aborted || isOver(runs.length)) break;
      const isFirst = runs.length === 0;
      const { quick: isQuick } = options;
      const result = await runOnce(planned, { park, isQuick, isFirst, signal, preloads: [], env: {} });
      // It was cut short, and says nothing.
      if (signal.aborted) break;
      runs.push(result);
      tell(planned, result, options, print);
    }
    for (const variant of variantsAsked(options, variants)) {
      if (signal.aborted) break;
      const result = await runVariant(variant, options.seed, { park, isQuick: options.quick, signal });
      if (signal.aborted) break;
      caught.push(result);
      print(variantText(result));
    }
  } finally {
    await park.close();
  }
  return summarize(runs, caught, {
    seed: options.seed,
    command: commandOf(options),
    started_at: started.toISOString(),
    elapsed_s: Math.round((Date.now() - started.getTime()) / 1_000),
    skipped,
    titleOf: (id) => faults.find((fault) => fault.id === id)?.title ?? id,
  });
}

/** Broken variants are named, or among what the quick form does. */
export function variantsAsked(
  { variant, quick, fault, runs }: Pick<Options, "variant" | "quick" | "fault" | "runs">,
  variants: readonly Variant[],
): readonly Variant[] {
  if (variant === ALL) return variants;
  if (variant !== null) return variants.filter(({ name }) => name === variant);
  return quick && fault === null && runs === null ? variants.filter(({ isQuick }) => isQuick) : [];
}

/** Who names a variant and nothing else wants no faults. */
export function strikesAsked(
  { quick, fault, variant, runs, minutes }: Pick<Options, "quick" | "fault" | "variant" | "runs" | "minutes">,
  faults: readonly Fault[],
): Strike[] {
  if (variant !== null && fault === null && runs === null && minutes === null) return [];
  const usual = (one: Fault) => (quick ? one.quickPoints : one.points);
  const inCi = (one: Fault) => (one.isLong === true ? [] : one.quickPoints.slice(0, 1));
  if (fault === null) return strikesOf(faults, quick ? inCi : usual);
  // Who names a point wants that one, be it quick or not.
  const named = (one: Fault, point: string) => fault.includes(nameOf(one, point));
  return strikesOf(faults, (one) =>
    one.points.filter((point) => named(one, point) || (fault.includes(one.id) && usual(one).includes(point))),
  );
}

/** Whether so many runs are enough: as many as asked for, as long as asked for, or each strike once. */
function bound({ runs, minutes }: Options, strikes: number): (done: number) => boolean {
  const endsAt = minutes === null ? null : performance.now() + minutes * 60_000;
  return (done) => {
    if (runs !== null && done >= runs) return true;
    if (endsAt !== null) return performance.now() >= endsAt;
    return runs === null && done >= strikes;
  };
}

function tell(
  { fault, point, seed }: PlannedRun,
  result: RunResult,
  { quick }: Options,
  print: (line: string) => void,
): void {
  const { fired, recoveryMs, elapsedMs, violations, error, remarks, kept } = result;
  const recovery = recoveryMs === null ? "" : `, others went on after ${Math.round(recoveryMs)} ms`;
  const verdict = isGood(result) ? "ok    " : "FAILED";
  print(
    `${verdict} ${nameOf(fault, point)} seed ${seed}: fired ${fired}×${recovery}; ${(elapsedMs / 1_000).toFixed(1)} s`,
  );
  for (const remark of remarks) print(`         ${remark}`);
  if (isGood(result)) return;
  if (fired === 0 && error === null) print("         its fault never struck");
  for (const says of violations.slice(0, VIOLATIONS_SHOWN_MAX)) print(`         ${says}`);
  if (violations.length > VIOLATIONS_SHOWN_MAX) print(`         … ${violations.length} in all`);
  if (error !== null) print(`         ${error.replaceAll("\n", "\n         ")}`);
  print(`         history and output: ${kept}`);
  const again = `--fault ${nameOf(fault, point)} --seed ${seed} --runs 1${quick ? " --quick" : ""}`;
  print(`         again: npm run test:faults -- ${again}`);
}

const VIOLATIONS_SHOWN_MAX = 20;

function commandOf({ quick, runs, minutes, fault, seed, variant }: Options): string {
  const words = [
    ...(quick ? ["--quick"] : []),
    ...(fault === null ? [] : ["--fault", fault.join(",")]),
    ...(runs === null ? [] : ["--runs", `${runs}`]),
    ...(minutes === null ? [] : ["--minutes", `${minutes}`]),
    ...(variant === null ? [] : ["--variant", variant]),
    "--seed",
    `${seed}`,
  ];
  return `npm run test:faults -- ${words.join(" ")}`;
}

/** Writes `faults.json` and `faults.txt`. */
export function writeResults(results: Results, folder: string): void {
  mkdirSync(folder, { recursive: true });
  writeFileSync(join(folder, "faults.json"), `${JSON.stringify(results, null, 2)}\n`);
  writeFileSync(join(folder, "faults.txt"), resultsText(results));
}
