import type { FaultId } from "./fault.ts";

/** What one run showed. */
export interface RunResult {
  readonly fault: FaultId;
  readonly point: string;
  readonly seed: number;
  /** How often the fault struck. */
  readonly fired: number;
  /** In words: of the invariants, by their number, and of the fault's own bounds. */
  readonly violations: readonly string[];
  /** Invariants that this run could not judge, or not wholly, and why. */
  readonly notJudged: readonly string[];
  /**
   * From where others had to go on until the first booking asked for after it was confirmed, or until what the victim held
   * was decided about; null: not measured.
   */
  readonly recoveryMs: number | null;
  readonly remarks: readonly string[];
  /** Why the run itself came to nothing, such as a process that did not start; null: it came to its end. */
  readonly error: string | null;
  readonly elapsedMs: number;
  /** Of that, each part of the run, ms. */
  readonly phasesMs: Readonly<Record<string, number>>;
  /** Where its history and the output of its processes lie; null where they were thrown away. */
  readonly kept: string | null;
}

/** Whether a run is as it has to be: its fault struck, and nothing was wrong. */
export function isGood({
  fired,
  violations,
  error,
}: Pick<RunResult, "fired" | "violations" | "error">): boolean {
  return fired > 0 && violations.length === 0 && error === null;
}
