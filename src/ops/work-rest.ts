/**
 * Says when work on a shared database may go on: who can wait leaves it to who cannot. A database that is busy takes
 * longer, so the rest grows with what others do; on a quiet one it is over before anybody notices.
 */
export class WorkRest {
  readonly #restPerWork: number;
  readonly #restMsMax: number;
  #until = 0;

  /**
   * @param limits `restPerWork`: how long to rest, in times of how long the work took; `restMsMax`: work that hung once
   * puts nothing off for longer
   */
  constructor(limits: { readonly restPerWork: number; readonly restMsMax: number }) {
    this.#restPerWork = limits.restPerWork;
    this.#restMsMax = limits.restMsMax;
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
    const until = Math.max(this.#until, startedMs) + (endedMs - startedMs) * (1 + this.#restPerWork);
    this.#until = Math.min(until, endedMs + this.#restMsMax);
    return result;
  }
}
