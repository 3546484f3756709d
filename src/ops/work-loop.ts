/**
 * Works again and again until told to stop: at once where there may be more, else after a rest, which a hint ends.
 * A hint that comes while it works is not lost: the next rest is skipped.
 */
export class WorkLoop {
  readonly #work: (signal: AbortSignal) => Promise<number>;
  readonly #stop = new AbortController();
  #isHinted = false;
  #wake: () => void = () => undefined;
  #running: Promise<void> = Promise.resolve();

  /** @param work resolves to how long to rest, in milliseconds; 0: not at all. It must not reject. */
  constructor(work: (signal: AbortSignal) => Promise<number>) {
    this.#work = work;
  }

  start(): void {
    this.#running = this.#run();
  }

  /** There may be something to do. */
  hint(): void {
    this.#isHinted = true;
    this.#wake();
  }

  /** Resolves when the work under way is done; no more is begun. */
  async close(): Promise<void> {
    this.#stop.abort();
    this.#wake();
    await this.#running;
  }

  async #run(): Promise<void> {
    const { signal } = this.#stop;
    while (!signal.aborted) {
      this.#isHinted = false;
      const restMs = await this.#work(signal);
      if (restMs > 0 && !this.#isHinted && !signal.aborted) await this.#rest(restMs);
    }
  }

  async #rest(ms: number): Promise<void> {
    await new Promise<void>((resolve) => {
      const timer = setTimeout(resolve, ms);
      this.#wake = () => {
        clearTimeout(timer);
        resolve();
      };
    });
    this.#wake = () => undefined;
  }
}
