import type { SheddableClass } from "./load-classes.ts";

/** How far behind a process is, in milliseconds, measured over a tick. */
export interface LoadSignals {
  /** By how much rounds of the event loop were late, on average: a single pause does not count for much. */
  readonly loopDelayMs: number;
  /** How long a command waits until its accept begins. */
  readonly acceptWaitMs: number;
  /** How long a read waits for a connection. */
  readonly poolWaitMs: number;
}

/** From where on a process is behind: what new work is held against. */
export type LoadBounds = LoadSignals;

export type Signal = keyof LoadSignals;

/**
 * What each class is held against, as a multiple of the bounds: only what its own requests make worse, and the later the
 * more is left to be lost. New work goes first; pages that memory answers go last.
 */
const TIMES: Readonly<Record<SheddableClass, Readonly<Partial<Record<Signal, number>>>>> = {
  entering: { loopDelayMs: 1, acceptWaitMs: 1 },
  listing: { loopDelayMs: 2, poolWaitMs: 1 },
  page: { loopDelayMs: 4, poolWaitMs: 4 },
};

export interface Pressure {
  /** Above 1: behind. */
  readonly level: number;
  /** What says so most. */
  readonly signal: Signal;
}

/** How far beyond its bounds a class of requests finds this process. */
export function pressureOn(loadClass: SheddableClass, signals: LoadSignals, bounds: LoadBounds): Pressure {
  let worst: Pressure = { level: 0, signal: "loopDelayMs" };
  for (const [name, times] of Object.entries(TIMES[loadClass])) {
    const signal = name as Signal;
    const level = signals[signal] / (bounds[signal] * times);
    if (level > worst.level) worst = { level, signal };
  }
  return worst;
}

/** Which part of a class is let in. */
export interface Admission {
  /** From `SHARE_MIN` to 1. */
  readonly share: number;
  /** Ticks in a row that were behind, and that were not. */
  readonly behindTicks: number;
  readonly calmTicks: number;
}

export const ALL_ADMITTED: Admission = { share: 1, behindTicks: 0, calmTicks: 0 };

/** Some always go on: otherwise nothing would be done while thousands are told to come again. */
export const SHARE_MIN = 0.05;
/** One bad tick is a collection of garbage, or a process that was stopped for a moment. */
const BEHIND_TICKS_MIN = 2;
const CALM_TICKS_MIN = 2;
/** Below this part of a bound a tick is calm; between the two nothing changes, so that a share does not flutter. */
const CALM_LEVEL = 0.7;
/** At most so much is taken away in one tick, and so much given back. */
const TIGHTEN_FACTOR_MIN = 0.6;
const RELAX_STEP = 0.05;

/**
 * Which part is let in in the next tick. Behind, it shrinks by as much as the bound is exceeded; calm, it grows by a
 * step: additive increase, multiplicative decrease, as TCP finds its share (RFC 5681 §3.1).
 * @param ticks how many should have been by now: a loop that is behind is late for these, too
 */
export function nextAdmission(
  { share, behindTicks, calmTicks }: Admission,
  level: number,
  ticks = 1,
): Admission {
  if (level > 1) {
    const behind = behindTicks + ticks;
    // Who sheds already answers at once.
    if (share === 1 && behind < BEHIND_TICKS_MIN) return { share, behindTicks: behind, calmTicks: 0 };
    const factor = Math.max(TIGHTEN_FACTOR_MIN, 1 / level);
    return { share: Math.max(SHARE_MIN, share * factor), behindTicks: behind, calmTicks: 0 };
  }
  if (level > CALM_LEVEL) return { share, behindTicks: 0, calmTicks: 0 };
  const calm = calmTicks + 1;
  if (calm < CALM_TICKS_MIN || share === 1) return { share, behindTicks: 0, calmTicks: calm };
  return { share: Math.min(1, share + RELAX_STEP), behindTicks: 0, calmTicks: calm };
}

/** How many ticks it takes until all are let in again, where it stays calm; for ever while it is not. */
export function ticksToAll({ share, calmTicks }: Admission): number {
  return calmTicks === 0 ? Number.POSITIVE_INFINITY : Math.ceil((1 - share) / RELAX_STEP);
}
