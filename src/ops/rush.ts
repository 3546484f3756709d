const WINDOW_MS = 1_000;

export interface RushLimits {
  /** From so many decisions within a second on, a sale is hot. */
  readonly perSecondMin: number;
  /** So long at most somebody waits for a rush; then it has to be quiet for `calmMs` before there is another one. */
  readonly msMax: number;
  readonly calmMs: number;
}

const LIMITS: RushLimits = { perSecondMin: 500, msMax: 15_000, calmMs: 5_000 };

/**
 * Knows when a sale is at its hottest. The first seconds of an on-sale are the ones that everybody is there for; news of a
 * booking that its buyer has on the screen already can follow a few seconds later, and the sale has the machine for itself.
 */
export class Rush {
  readonly #limits: RushLimits;
  readonly #now: () => number;
  #windowAt = Number.NEGATIVE_INFINITY;
  #count = 0;
  #hotAt = Number.NEGATIVE_INFINITY;
  #beganAt = Number.NEGATIVE_INFINITY;

  /** @param now a clock that never goes back, milliseconds */
  constructor(limits: RushLimits = LIMITS, now: () => number = () => performance.now()) {
    this.#limits = limits;
    this.#now = now;
  }

  /** So many decisions were made just now. */
  note(decisions: number): void {
    const now = this.#now();
    if (now - this.#windowAt > WINDOW_MS) {
      this.#windowAt = now;
      this.#count = 0;
    }
    this.#count += decisions;
    if (this.#count < this.#limits.perSecondMin) return;
    if (now - this.#hotAt > this.#limits.calmMs) this.#beganAt = now;
    this.#hotAt = now;
  }

  get isOn(): boolean {
    const now = this.#now();
    return now - this.#hotAt < 2 * WINDOW_MS && now - this.#beganAt < this.#limits.msMax;
  }
}
