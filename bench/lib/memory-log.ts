import { type MemoryReading, readMemory } from "./memory.ts";
import type { Stage } from "./stage.ts";

const MINUTE_MS = 60_000;

/** Memory at one moment. */
export interface MemorySample {
  readonly at_min: number;
  readonly mib: MemoryReading;
}

/** Looks at the memory of all parts from time to time. */
export class MemoryLog {
  readonly #stage: Stage;
  readonly #intervalMs: number;
  readonly samples: MemorySample[] = [];
  #startedMs = 0;
  #timer: NodeJS.Timeout | undefined;

  constructor(stage: Stage, intervalMs: number) {
    this.#stage = stage;
    this.#intervalMs = intervalMs;
  }

  start(): void {
    this.#startedMs = performance.now();
    this.#timer = setInterval(() => this.#look(), this.#intervalMs);
  }

  stop(): void {
    clearInterval(this.#timer);
  }

  #look(): void {
    const { cast, postgres } = this.#stage;
    const mib = readMemory({
      api: cast.api.pid,
      worker: cast.bookingWorker.pid,
      effects: cast.effectsWorker.pid,
      postgresql: postgres.pid,
    });
    if (mib === null) return;
    this.samples.push({ at_min: (performance.now() - this.#startedMs) / MINUTE_MS, mib });
  }
}
