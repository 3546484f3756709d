import type { Rush } from "./rush.ts";

export interface RestLimits {
  /** How long to rest, in times of how long the work took. */
  readonly restPerWork: number;
  /** The same while there is a rush. */
  readonly rushRestPerWork: number;
  /** Work that hung once puts nothing off for longer. */
  readonly restMsMax: number;
  readonly rush: Pick<Rush, "isOn">;
}

/**
 * Says when work on a shared database may go on: who can wait leaves it to who cannot. A database that is busy takes
 * longer, so the rest grows with what others do; on a quiet one it is over before anybody notices.
 */
export class WorkRest {
  readonly #limits: RestLimits;
  #until = 0;

  constructor(limits: RestLimits) {
    this.#limits = limits;
  }

  get leftMs(): number {
    return Math.max(0, this.#until - performance.now());
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
    const { restPerWork, rushRestPerWork, restMsMax, rush } = this.#limits;
    const perWork = rush.isOn ? rushRestPerWork : restPerWork;
    const until = Math.max(this.#until, startedMs) + (endedMs - startedMs) * (1 + perWork);
    this.#until = Math.min(until, endedMs + restMsMax);
    return result;
  }
}
