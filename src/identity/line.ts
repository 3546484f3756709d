import { Fault } from "../ops/fault.ts";

/** Whoever waits longer has given up, and their place is another's. */
const WAIT_MS_MAX = 30_000;
/** The first pieces of work take longer: whatever does them starts with them. */
const MEASURED_MIN = 10;

/**
 * Lets at most `concurrencyMax` pieces of work run at once and at most `queueMax` wait, in order, and none that would wait
 * longer than half a minute by what the work takes of late. Beyond that it throws Fault "Overloaded" at once, with a time to
 * come back after made of measured durations.
 */
export class Line {
  readonly #concurrencyMax: number;
  readonly #queueMax: number;
  readonly #waiting: (() => void)[] = [];
  #running = 0;
  #meanMs = 0;
  #measured = 0;

  constructor(limits: { readonly concurrencyMax: number; readonly queueMax: number }) {
    this.#concurrencyMax = limits.concurrencyMax;
    this.#queueMax = limits.queueMax;
  }

  async run<T>(work: () => Promise<T>): Promise<T> {
    await this.#enter();
    const startedMs = performance.now();
    try {
      return await work();
    } finally {
      this.#leave(performance.now() - startedMs);
    }
  }

  async #enter(): Promise<void> {
    if (this.#running < this.#concurrencyMax) {
      this.#running += 1;
      return;
    }
    const isFull = this.#waiting.length >= this.#queueMax;
    const isTooLong = this.#measured >= MEASURED_MIN && this.#waitMs() > WAIT_MS_MAX;
    if (isFull || isTooLong) throw this.#full();
    await new Promise<void>((go) => this.#waiting.push(go));
  }

  /** The place of who leaves goes to the head of the line, so that nobody who comes later overtakes. */
  #leave(tookMs: number): void {
    this.#measured += 1;
    this.#meanMs = this.#meanMs === 0 ? tookMs : this.#meanMs * 0.9 + tookMs * 0.1;
    const next = this.#waiting.shift();
    if (next === undefined) this.#running -= 1;
    else next();
  }

  #waitMs(): number {
    return Math.ceil((this.#waiting.length * this.#meanMs) / this.#concurrencyMax);
  }

  #full(): Fault {
    const retryAfterMs = Math.max(1_000, this.#waitMs());
    return new Fault("Overloaded", "too many logins at once", { retryAfterMs });
  }
}
