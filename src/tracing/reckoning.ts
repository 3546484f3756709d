/** What a process answered in some time. */
export interface RequestCount {
  readonly requests: number;
  readonly elapsedMs: number;
  readonly slow: number;
  readonly failed: number;
}

/** Counts all requests: those that are traced are a choice among them, and the wrong ones to reckon with. */
export class Reckoning {
  #requests = 0;
  #elapsedMs = 0;
  #slow = 0;
  #failed = 0;

  count(
    elapsedMs: number,
    { isSlow, isFailed }: { readonly isSlow: boolean; readonly isFailed: boolean },
  ): void {
    this.#requests += 1;
    this.#elapsedMs += elapsedMs;
    if (isSlow) this.#slow += 1;
    if (isFailed) this.#failed += 1;
  }

  /** What was counted since the last call; null where that is nothing. */
  take(): RequestCount | null {
    if (this.#requests === 0) return null;
    const taken = {
      requests: this.#requests,
      elapsedMs: this.#elapsedMs,
      slow: this.#slow,
      failed: this.#failed,
    };
    this.#requests = this.#elapsedMs = this.#slow = this.#failed = 0;
    return taken;
  }

  /** Gives back what could not be written down. */
  restore({ requests, elapsedMs, slow, failed }: RequestCount): void {
    this.#requests += requests;
    this.#elapsedMs += elapsedMs;
    this.#slow += slow;
    this.#failed += failed;
  }
}
