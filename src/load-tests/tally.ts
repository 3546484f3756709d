import { createHistogram, type RecordableHistogram } from "node:perf_hooks";
import type { LoadFigures } from "./ports.ts";

const US_PER_MS = 1_000;

/** Counts answers as they come. */
export class Tally {
  readonly #startedMs = performance.now();
  /** Microseconds. */
  readonly #times: RecordableHistogram = createHistogram();
  readonly #refusedByStatus: Record<string, number> = {};
  #succeeded = 0;
  #refused = 0;
  #broken = 0;

  get requests(): number {
    return this.#succeeded + this.#refused + this.#broken;
  }

  answered(status: number, ms: number): void {
    if (status >= 200 && status < 300) {
      this.#succeeded += 1;
      this.#times.record(Math.max(1, Math.round(ms * US_PER_MS)));
    } else {
      this.#refused += 1;
      this.#refusedByStatus[status] = (this.#refusedByStatus[status] ?? 0) + 1;
    }
  }

  broke(): void {
    this.#broken += 1;
  }

  figures(): LoadFigures {
    const isEmpty = this.#succeeded === 0;
    const ms = (us: number) => (isEmpty ? null : Math.round(us / 10) / (US_PER_MS / 10));
    return {
      elapsedMs: Math.round(performance.now() - this.#startedMs),
      requests: this.requests,
      succeeded: this.#succeeded,
      refusedByStatus: { ...this.#refusedByStatus },
      broken: this.#broken,
      meanMs: ms(this.#times.mean),
      p50Ms: ms(this.#times.percentile(50)),
      p95Ms: ms(this.#times.percentile(95)),
      p99Ms: ms(this.#times.percentile(99)),
      maxMs: ms(this.#times.max),
    };
  }
}
