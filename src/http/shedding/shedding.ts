import { SHEDDABLE, type SheddableClass } from "./load-classes.ts";
import {
  type Admission,
  ALL_ADMITTED,
  type LoadBounds,
  type LoadSignals,
  nextAdmission,
  pressureOn,
  type Signal,
  ticksToAll,
} from "./pressure.ts";

const RETRY_AFTER_S_MAX = 30;
const SECOND_MS = 1_000;
/** How often `tick` is to be called. */
export const TICK_MS = 250;
/** A round of the event loop that goes on for longer is a tick by itself. */
const OVERDUE_MS = 2 * TICK_MS;

/** The part of new work that is let in at least while there is little to decide. */
const SHORT_OF_WORK_SHARE = 0.5;

const NOTHING_ELSE: LoadSignals = { loopDelayMs: 0, acceptWaitMs: 0, poolWaitMs: 0 };

export interface SheddingOptions {
  readonly bounds: LoadBounds;
  /** Told of each request that is turned away. */
  readonly observe: (loadClass: SheddableClass, signal: Signal) => void;
  /** Fewer bookings are under way than are decided at once: turning more away would help nobody. */
  readonly isShortOfWork?: () => boolean;
  /** A clock that never goes back, milliseconds. */
  readonly now?: () => number;
}

/** How one class stands. */
interface Gate {
  admission: Admission;
  /** What it is shed for. */
  signal: Signal;
  /** What of a request may be let in already: a third of all is every third, not by chance three of them. */
  credit: number;
  admitted: number;
  /** As of the last tick in which anybody was, and some were not; null before it. */
  admittedPerS: number | null;
  /** When the last of those who were told to come again would have their turn, at the pace at which they are let in. */
  lineEndsMs: number;
}

/**
 * Turns away a part of what is asked of a process that is behind. Once a tick it is told how far; between ticks a request
 * costs one comparison while all is well, and a few additions otherwise.
 *
 *   all let in ──behind for two ticks──▶ a part is let in ──behind──▶ a smaller part
 *        ▲────────────all let in────────────│ ▲───────calm: a larger part───│
 */
export class Shedding {
  readonly #options: SheddingOptions;
  readonly #now: () => number;
  readonly #gates: Readonly<Record<SheddableClass, Gate>>;
  #isCalm = true;
  #tickedMs: number;

  constructor(options: SheddingOptions) {
    this.#options = options;
    this.#now = options.now ?? (() => performance.now());
    this.#tickedMs = this.#now();
    this.#gates = { entering: newGate(), listing: newGate(), page: newGate() };
  }

  /**
   * Nothing is shed, of no class. Looks at the clock besides: while thousands of requests are read in one round of the event
   * loop, nobody ticks, and those that are read late in it have waited all the while.
   */
  isCalm(): boolean {
    const lateMs = this.#now() - this.#tickedMs;
    if (lateMs > OVERDUE_MS) this.tick({ ...NOTHING_ELSE, loopDelayMs: lateMs });
    return this.#isCalm;
  }

  /** Which part of a class is let in. */
  shareOf(loadClass: SheddableClass): number {
    return this.#gates[loadClass].admission.share;
  }

  /** Takes in what was measured since the last tick. */
  tick(signals: LoadSignals): void {
    const now = this.#now();
    const elapsedMs = Math.max(1, now - this.#tickedMs);
    this.#tickedMs = now;
    const ticks = Math.max(1, Math.floor(elapsedMs / TICK_MS));
    for (const loadClass of SHEDDABLE) {
      const gate = this.#gates[loadClass];
      const { level, signal } = pressureOn(loadClass, signals, this.#options.bounds);
      if (level > 1) gate.signal = signal;
      if (gate.admitted > 0) gate.admittedPerS = (gate.admitted / elapsedMs) * SECOND_MS;
      gate.admitted = 0;
      gate.admission = nextAdmission(gate.admission, level, ticks);
    }
    this.#isCalm = SHEDDABLE.every((loadClass) => this.shareOf(loadClass) === 1);
  }

  /** @returns null where a request may go on, else in how many seconds it should come again */
  refusal(loadClass: SheddableClass): number | null {
    const gate = this.#gates[loadClass];
    gate.credit += this.#shareNow(loadClass, gate);
    if (gate.credit >= 1) {
      gate.credit -= 1;
      gate.admitted += 1;
      return null;
    }
    this.#options.observe(loadClass, gate.signal);
    return this.#retryAfterS(gate);
  }

  #shareNow(loadClass: SheddableClass, { admission: { share } }: Gate): number {
    if (loadClass !== "entering" || share >= SHORT_OF_WORK_SHARE) return share;
    return this.#options.isShortOfWork?.() === true ? SHORT_OF_WORK_SHARE : share;
  }

  /**
   * They are given turns one after the other, so that they do not all come again together: each that is turned away stands
   * behind those before it, in a line that moves as fast as requests are let in.
   */
  #retryAfterS(gate: Gate): number {
    if (gate.admittedPerS === null) return 1;
    const now = this.#now();
    const { admission } = gate;
    const latestMs = now + Math.min(RETRY_AFTER_S_MAX * SECOND_MS, TICK_MS * ticksToAll(admission));
    gate.lineEndsMs = Math.min(latestMs, Math.max(now, gate.lineEndsMs) + SECOND_MS / gate.admittedPerS);
    const seconds = Math.ceil((gate.lineEndsMs - now) / SECOND_MS);
    return Math.min(RETRY_AFTER_S_MAX, Math.max(1, seconds));
  }
}

function newGate(): Gate {
  return {
    admission: ALL_ADMITTED,
    signal: "loopDelayMs",
    credit: 0,
    admitted: 0,
    admittedPerS: null,
    lineEndsMs: 0,
  };
}
