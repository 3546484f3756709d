import { setTimeout as sleep } from "node:timers/promises";
import type { Rush } from "./rush.ts";

export interface RestLimits {
  /** How long to rest, in times of how long the work took. */
  readonly restPerWork: number;
  /** Work that hung once puts nothing off for longer. */
  readonly restMsMax: number;
  /** What is waited out before anything else is begun; null for work that cannot wait. */
  readonly rush: Pick<Rush, "isOn"> | null;
}

/** How often it is looked whether a rush is over. */
const RUSH_LOOK_MS = 250;

/**
 * Says when work on a shared database may go on: who can wait leaves it to who cannot. A database that is busy takes
 * longer, so the rest grows with what others do; on a quiet one it is over before anybody notices. It lasts as long as a
 * rush does, which is bounded.
 */
export class WorkRest {
  readonly #limits: RestLimits;
  #until = 0;

  constructor(limits: RestLimits) {
    this.#limits = limits;
  }

  /** Resolves when work may go on, or is to stop. */
  async untilOver(signal: AbortSignal): Promise<void> {
    for (let leftMs = this.#leftMs; leftMs > 0 && !signal.aborted; leftMs = this.#leftMs) {
      await sleep(leftMs, undefined, { signal }).catch(() => undefined);
    }
  }

  get #leftMs(): number {
    const leftMs = this.#until - performance.now();
    return this.#limits.rush?.isOn === true ? Math.max(RUSH_LOOK_MS, leftMs) : leftMs;
  }

  /** The rest is not over before that, however little work there is. */
  atLeast(ms: number): void {
    this.#until = Math.max(this.#until, performance.now() + ms);
  }

  /** Puts the end of the rest off by the work that is done, and by the rest that it asks for. */
  async after<T>(work: () => Promise<T>): Promise<T> {
    const startedMs = performance.now();
    const result = await work();
    const endedMs = performance.now();
    const { restPerWork, restMsMax } = this.#limits;
    const until = Math.max(this.#until, startedMs) + (endedMs - startedMs) * (1 + restPerWork);
    this.#until = Math.min(until, endedMs + restMsMax);
    return result;
  }
}
