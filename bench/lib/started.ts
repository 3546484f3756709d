/** Things that were started, stopped in reverse order exactly once, also where one of them fails to. */
export class Started {
  readonly #stops: (() => Promise<void>)[] = [];
  #stopping: Promise<void> | null = null;

  /** Keeps `stop` for later; returns what was started. */
  add<T extends { stop(): Promise<void> }>(thing: T): T {
    this.#stops.push(() => thing.stop());
    return thing;
  }

  stop(): Promise<void> {
    this.#stopping ??= this.#stopAll();
    return this.#stopping;
  }

  async #stopAll(): Promise<void> {
    const failures: unknown[] = [];
    for (const stopOne of this.#stops.toReversed()) await stopOne().catch((error) => failures.push(error));
    if (failures.length > 0) throw failures[0];
  }
}
