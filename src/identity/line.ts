import { Fault } from "../ops/fault.ts";

/**
 * Lets at most `concurrencyMax` pieces of work run at once and at most `queueMax` wait, in order.
 * Beyond that it throws Fault "Overloaded" at once, with a time to come back after made of measured durations.
 */
export class Line {
  readonly #concurrencyMax: number;
  readonly #queueMax: number;
  readonly #waiting: (() => void)[] = [];
  #running = 0;
  #meanMs = 0;

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
    if (this.#waiting.length >= this.#queueMax) throw this.#full();
    await new Promise<void>((go) => this.#waiting.push(go));
  }

  /** The place of who leaves goes to the head of the line, so that nobody who comes later overtakes. */
  #leave(tookMs: number): void {
    this.#meanMs = this.#meanMs === 0 ? tookMs : this.#meanMs * 0.9 + tookMs * 0.1;
    const next = this.#waiting.shift();
    if (next === undefined) this.#running -= 1;
    else next();
  }

  #full(): Fault {
    const retryAfterMs = Math.max(
      1_000,
      Math.ceil((this.#waiting.length * this.#meanMs) / this.#concurrencyMax),
    );
    return new Fault("Overloaded", "too many logins at once", { retryAfterMs });
  }
}
