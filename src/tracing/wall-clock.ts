/** How long the two clocks are taken to run alike: wall clocks are put right now and then. */
const OFFSET_MS_MAX = 60_000;

/** Turns times of `performance.now()` into Unix milliseconds with fractions, so that spans of one process never overlap wrongly. */
export class WallClock {
  #offsetMs = 0;
  #goodUntilMs = Number.NEGATIVE_INFINITY;

  at(monotonicMs: number): number {
    const nowMs = performance.now();
    if (nowMs >= this.#goodUntilMs) {
      this.#offsetMs = Date.now() - nowMs;
      this.#goodUntilMs = nowMs + OFFSET_MS_MAX;
    }
    return monotonicMs + this.#offsetMs;
  }
}
