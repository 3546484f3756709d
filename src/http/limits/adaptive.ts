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

/** A mailbox is behind where its last booking waits longer. */
const MAILBOX_WAIT_MS_MAX = 10_000;
/** Calm is what stays below this part of it: between the two nothing changes, so that a grant does not flutter. */
const CALM_PART = 0.5;
const TIGHTEN_FACTOR = 0.7;
const RELAX_STEP = 0.1;
const CALM_TICKS_MIN = 3;

/** Nobody is granted less than this part of a limit: who buys tickets by hand stays far below it. */
export const GRANT_FACTOR_MIN = 0.25;

/**
 * What is granted in the next tick. Tightens by a third at once while the process is behind, and relaxes by a tenth a tick
 * after it was calm for a while: additive increase, multiplicative decrease, as TCP finds its share (RFC 5681 §3.1).
 * @param loopDelayMsMax the process is behind where its event loop is later
 */
export function nextGrant(grant: Grant, load: Load, loopDelayMsMax: number): Grant {
  const exceeds = (part: number) =>
    load.loopDelayP99Ms > loopDelayMsMax * part || load.mailboxWaitMs > MAILBOX_WAIT_MS_MAX * part;
  if (exceeds(1)) {
    return { factor: Math.max(GRANT_FACTOR_MIN, grant.factor * TIGHTEN_FACTOR), calmTicks: 0 };
  }
  if (exceeds(CALM_PART)) return { factor: grant.factor, calmTicks: 0 };
  const calmTicks = grant.calmTicks + 1;
  if (calmTicks < CALM_TICKS_MIN) return { factor: grant.factor, calmTicks };
  return { factor: Math.min(1, grant.factor + RELAX_STEP), calmTicks };
}
