import { removeFolder } from "../../support/folders.ts";
import type { RunOptions } from "../run.ts";
import { runOnce } from "../run.ts";
import type { RunResult } from "../run-result.ts";
import { VARIANT_PRELOAD } from "./all-variants.ts";
import { VARIANT_VARIABLE, type Variant } from "./variant.ts";

export interface VariantResult {
  readonly name: string;
  readonly caughtBy: string;
  readonly isCaught: boolean;
  /** Until it was caught, or given up. */
  readonly runs: number;
  /** What the last run found, those of the expected invariant first. */
  readonly violations: readonly string[];
  /** Why the last run came to nothing; null: it came to its end. */
  readonly error: string | null;
  readonly elapsedMs: number;
}

/** Runs the broken product until the checker sees it, with another seed each time, so often as the variant allows. */
export async function runVariant(
  variant: Variant,
  seed: number,
  options: Omit<RunOptions, "preloads" | "env">,
): Promise<VariantResult> {
  const { name, caughtBy, fault, point, runsMax } = variant;
  const broken = { ...options, preloads: [VARIANT_PRELOAD], env: { [VARIANT_VARIABLE]: name } };
  const began = performance.now();
  for (let run = 1; ; run++) {
    const result = await runOnce({ fault, point, seed: seed + run - 1 }, broken);
    const isCaught = result.violations.some((says) => says.startsWith(`${caughtBy}: `));
    // What a run found that was broken on purpose is of no more use.
    if (isCaught && result.kept !== null) removeFolder(result.kept);
    if (!isCaught && run < runsMax && !options.signal.aborted) continue;
    const elapsedMs = performance.now() - began;
    return {
      name,
      caughtBy,
      isCaught,
      runs: run,
      violations: sorted(result, caughtBy),
      error: result.error,
      elapsedMs,
    };
  }
}

function sorted({ violations }: RunResult, caughtBy: string): string[] {
  const isExpected = (says: string) => says.startsWith(`${caughtBy}: `);
  return [...violations.filter(isExpected), ...violations.filter((says) => !isExpected(says))];
}

/** One line on a variant, and what was found where it was not caught. */
export function variantText({
  name,
  caughtBy,
  isCaught,
  runs,
  violations,
  error,
  elapsedMs,
}: VariantResult): string {
  const [first = "nothing"] = violations;
  const verdict = isCaught ? "caught" : "MISSED";
  const head = `${verdict} ${name} by ${caughtBy} in run ${runs}; ${(elapsedMs / 1_000).toFixed(1)} s`;
  const found = isCaught ? [first] : [...violations.slice(0, 5), ...(error === null ? [] : [error])];
  return [head, ...found.map((line) => `         ${line}`)].join("\n");
}
