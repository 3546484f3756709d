/** What is looked at of a pool of connections. */
export interface WatchedPool {
  readonly waitingCount: number;
  on(event: "acquire", listener: () => void): unknown;
}

/**
 * How long work waits for a connection of a pool. By Little's law: those who wait now, divided by the pace at which
 * connections were handed out since the last look. Nobody's own wait has to be timed for it.
 */
export class PoolLine {
  readonly #pool: WatchedPool;
  #handedOut = 0;
  #waitMs = 0;

  constructor(pool: WatchedPool) {
    this.#pool = pool;
    pool.on("acquire", () => {
      this.#handedOut += 1;
    });
  }

  /** @param elapsedMs since the last look @returns milliseconds */
  look(elapsedMs: number): number {
    const { waitingCount } = this.#pool;
    const handedOut = this.#handedOut;
    this.#handedOut = 0;
    if (waitingCount === 0) this.#waitMs = 0;
    // Nobody got one: whoever waited then has waited all the time since.
    else if (handedOut === 0) this.#waitMs += elapsedMs;
    else this.#waitMs = (waitingCount * elapsedMs) / handedOut;
    return this.#waitMs;
  }
}
