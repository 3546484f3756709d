/**
 * Claims anew, all the time, what this process is working on, so that claims can be short and the work of a process
 * that died is soon taken over. That it fails once is no failure: the claim before still holds.
 */
export class Renewal {
  readonly #everyMs: number;
  readonly #renew: () => Promise<void>;
  #timer: NodeJS.Timeout | null = null;

  constructor(everyMs: number, renew: () => Promise<void>) {
    this.#everyMs = everyMs;
    this.#renew = renew;
  }

  start(): void {
    this.#timer = setInterval(() => {
      this.#renew().catch(() => undefined);
    }, this.#everyMs);
  }

  stop(): void {
    if (this.#timer !== null) clearInterval(this.#timer);
  }
}
