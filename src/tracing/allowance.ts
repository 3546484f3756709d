/** So many a second and no more, whatever is asked for. */
export class Allowance {
  readonly #perSecondMax: number;
  #used = 0;
  #startedMs = Number.NEGATIVE_INFINITY;

  constructor(perSecondMax: number) {
    this.#perSecondMax = perSecondMax;
  }

  /** Takes one, where there is one left in this second. @param nowMs of a clock that never goes back */
  take(nowMs: number): boolean {
    if (nowMs - this.#startedMs >= 1_000) {
      this.#startedMs = nowMs;
      this.#used = 0;
    }
    if (this.#used >= this.#perSecondMax) return false;
    this.#used += 1;
    return true;
  }
}
