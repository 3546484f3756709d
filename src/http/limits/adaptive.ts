/** How far behind a process is, measured over a tick. */
export interface Load {
  /** What 99 % of the event loop's rounds were not later than. */
  readonly loopDelayP99Ms: number;
  /** How long the last booking of the deepest mailbox that was posted to will wait. */
  readonly mailboxWaitMs: number;
}

/** How much of each limit is granted: 1 is all of it. */
export interface Grant {
  readonly factor: number;
  /** Ticks in a row in which nothing was behind. */
  readonly calmTicks: number;
}

export const ALL_GRANTED: Grant = { factor: 1, calmTicks: 0 };

/** Behind is what exceeds one of these … */
const BEHIND: Load = { loopDelayP99Ms: 250, mailboxWaitMs: 10_000 };
/** … and calm is what stays below all of these: between the two nothing changes, so that a grant does not flutter. */
const CALM: Load = { loopDelayP99Ms: 125, mailboxWaitMs: 5_000 };
const TIGHTEN_FACTOR = 0.7;
const RELAX_STEP = 0.1;
const CALM_TICKS_MIN = 3;

/** Nobody is granted less than this part of a limit: who buys tickets by hand stays far below it. */
export const GRANT_FACTOR_MIN = 0.25;

/**
 * What is granted in the next tick. Tightens by a third at once while the process is behind, and relaxes by a tenth a tick
 * after it was calm for a while: additive increase, multiplicative decrease, as TCP finds its share (RFC 5681 §3.1).
 */
export function nextGrant(grant: Grant, load: Load): Grant {
  if (exceeds(load, BEHIND)) {
    return { factor: Math.max(GRANT_FACTOR_MIN, grant.factor * TIGHTEN_FACTOR), calmTicks: 0 };
  }
  if (exceeds(load, CALM)) return { factor: grant.factor, calmTicks: 0 };
  const calmTicks = grant.calmTicks + 1;
  if (calmTicks < CALM_TICKS_MIN) return { factor: grant.factor, calmTicks };
  return { factor: Math.min(1, grant.factor + RELAX_STEP), calmTicks };
}

function exceeds(load: Load, bound: Load): boolean {
  return load.loopDelayP99Ms > bound.loopDelayP99Ms || load.mailboxWaitMs > bound.mailboxWaitMs;
}
