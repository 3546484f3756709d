import type { LimitName } from "../../ops/rate-limits.ts";

/** How far a window is used up. */
export interface Tally {
  readonly used: number;
  /** Until the window ends and the next one is empty. */
  readonly endsInMs: number;
}

/**
 * Counts per limit and key in windows of fixed length, each beginning with the first count in it. Never fails: where a
 * shared store does not answer, this process counts by itself.
 */
export interface Counters {
  /** Counts one more. */
  add(limit: LimitName, key: string): Promise<Tally>;
  /** Looks without counting. */
  peek(limit: LimitName, key: string): Promise<Tally>;
  /** Empties the window. */
  forget(limit: LimitName, key: string): Promise<void>;
}
