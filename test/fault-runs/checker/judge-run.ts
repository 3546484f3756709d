import { judge } from "./check.ts";
import { readEvidence, type Sources } from "./evidence/read-evidence.ts";
import type { Terms } from "./evidence.ts";

/** The surface that clients of a workload use. */
const BASE_PATH = "/api/v1";

/** Where a run's evidence lies, and what it allowed. */
export interface JudgedRun extends Omit<Sources, "terms"> {
  readonly terms: Omit<Terms, "basePath">;
}

/** A run's verdict in words, each with the number of its invariant. */
export interface VerdictText {
  readonly violations: readonly string[];
  readonly notJudged: readonly string[];
}

/** Reads the evidence of a run that has come to rest, and holds every invariant against it. */
export async function judgeRun({ terms, ...sources }: JudgedRun): Promise<VerdictText> {
  const evidence = await readEvidence({ ...sources, terms: { ...terms, basePath: BASE_PATH } });
  const { violations, notJudged } = judge(evidence);
  return {
    violations: violations.map(({ invariant, says }) => `${invariant}: ${says}`),
    notJudged: Object.entries(notJudged).map(([invariant, reason]) => `${invariant}: ${reason}`),
  };
}
