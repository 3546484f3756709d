import { removeFolder } from "../../support/folders.ts";
import type { PlannedRun } from "../plan.ts";
import type { RunOptions } from "../run.ts";
import { runOnce } from "../run.ts";
import { isGood, type RunResult } from "../run-result.ts";
import { VARIANT_PRELOAD } from "./all-variants.ts";
import { VARIANT_VARIABLE, type Variant } from "./variant.ts";

export interface VariantResult {
  readonly name: string;
  readonly caughtBy: string;
  readonly isCaught: boolean;
  /** Until it was caught, or given up. */
  readonly runs: number;
  /** How often its strike struck in the last run. */
  readonly fired: number;
  /** What the last run found, those of the expected invariant first. */
  readonly violations: readonly string[];
  /** Why the last run came to nothing; null: it came to its end. */
  readonly error: string | null;
  /** The same strike with the same seed and the product intact; null: not run. */
  readonly control: Control | null;
  readonly elapsedMs: number;
}

/** The run of an intact product. */
export type Control = Pick<RunResult, "fired" | "violations" | "error" | "kept">;

/**
 * Runs the broken product until the checker sees it, with another seed each time, so often as the variant allows. Then
 * the intact product meets the same strike, outside of the quick form: what was seen has to come from what was broken.
 */
export async function runVariant(
  variant: Variant,
  seed: number,
  options: Omit<RunOptions, "preloads" | "env">,
): Promise<VariantResult> {
  const { name, caughtBy, fault, point, runsMax } = variant;
  const broken = { ...options, preloads: [VARIANT_PRELOAD], env: { [VARIANT_VARIABLE]: name } };
  const intact = { ...options, preloads: [], env: {} };
  const began = performance.now();
  for (let run = 1; ; run++) {
    const planned = { fault, point, seed: seed + run - 1 };
    const result = await runOnce(planned, broken);
    const isCaught = isCaughtIn(result, caughtBy);
    // What a run found that was broken on purpose is of no more use.
    if (isCaught && result.kept !== null) removeFolder(result.kept);
    if (!isCaught && run < runsMax && !options.signal.aborted) continue;
    const control = isCaught && !options.isQuick ? await runOnce(patiently(planned), intact) : null;
    return {
      name,
      caughtBy,
      isCaught,
      runs: run,
      fired: result.fired,
      violations: sorted(result, caughtBy),
      error: result.error,
      control,
      elapsedMs: performance.now() - began,
    };
  }
}

/** Made for variants, a strike may wait for rest so briefly that news still wait out the rush of its clients. */
function patiently(planned: PlannedRun): PlannedRun {
  const { restMsMax: _, ...fault } = planned.fault;
  return { ...planned, fault };
}

/** Whether a run of a broken product shows it: it came to its end, its strike struck, and the invariant meant saw it. */
export function isCaughtIn(
  { fired, violations, error }: Pick<RunResult, "fired" | "violations" | "error">,
  caughtBy: string,
): boolean {
  return fired > 0 && error === null && violations.some((says) => says.startsWith(`${caughtBy}: `));
}

/** Whether the checker tells the broken product from the intact one, as far as the intact one was run. */
export function isTold({
  isCaught,
  control,
}: {
  readonly isCaught: boolean;
  readonly control: Omit<Control, "kept"> | null;
}): boolean {
  return isCaught && (control === null || isGood(control));
}

function sorted({ violations }: RunResult, caughtBy: string): string[] {
  const isExpected = (says: string) => says.startsWith(`${caughtBy}: `);
  return [...violations.filter(isExpected), ...violations.filter((says) => !isExpected(says))];
}

/** One line on a variant and one on its control, and what was found where it was not as it has to be. */
export function variantText(result: VariantResult): string {
  const { name, caughtBy, isCaught, runs, fired, violations, error, control, elapsedMs } = result;
  const [first = "nothing"] = violations;
  const verdict = isCaught ? "caught" : "MISSED";
  const took = `${(elapsedMs / 1_000).toFixed(1)} s`;
  const head = `${verdict} ${name} by ${caughtBy} in run ${runs}: fired ${fired}×; ${took}`;
  const found = isCaught ? [first] : firstOf({ violations, error });
  return [head, ...[...found, ...controlLines(control)].map((line) => `         ${line}`)].join("\n");
}

function controlLines(control: Control | null): string[] {
  if (control === null) return [];
  if (isGood(control)) return [`intact: fired ${control.fired}×, clean`];
  const head = `intact: FAILED, fired ${control.fired}×; history and output: ${control.kept}`;
  return [head, ...firstOf(control)];
}

const SHOWN_MAX = 5;

function firstOf({ violations, error }: Pick<RunResult, "violations" | "error">): string[] {
  return [...violations.slice(0, SHOWN_MAX), ...(error === null ? [] : [error])];
}
