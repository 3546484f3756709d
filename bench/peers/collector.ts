interface Waiting<Item, Answer> {
  readonly item: Item;
  readonly resolve: (answer: Answer) => void;
  readonly reject: (error: unknown) => void;
}

/**
 * Gathers what is asked at the same time: what comes while one lot is under way makes the next. One lot at a time.
 * @param flush answers a lot, item by item; what it throws is everybody's answer
 */
export class Collector<Item, Answer> {
  readonly #flush: (items: readonly Item[]) => Promise<readonly Answer[]>;
  readonly #lotSizeMax: number;
  #waiting: Waiting<Item, Answer>[] = [];
  #running: Promise<void> | null = null;

  constructor(flush: (items: readonly Item[]) => Promise<readonly Answer[]>, lotSizeMax: number) {
    this.#flush = flush;
    this.#lotSizeMax = lotSizeMax;
  }

  add(item: Item): Promise<Answer> {
    const answer = new Promise<Answer>((resolve, reject) => this.#waiting.push({ item, resolve, reject }));
    this.#running ??= this.#run();
    return answer;
  }

  /** Resolves once nothing is under way. */
  async close(): Promise<void> {
    await this.#running;
  }

  async #run(): Promise<void> {
    // What else was read from sockets in this turn of the event loop joins the first lot.
    await new Promise((resolve) => setImmediate(resolve));
    while (this.#waiting.length > 0) await this.#answer(this.#waiting.splice(0, this.#lotSizeMax));
    this.#running = null;
  }

  async #answer(lot: readonly Waiting<Item, Answer>[]): Promise<void> {
    try {
      const answers = await this.#flush(lot.map(({ item }) => item));
      for (const [at, { resolve }] of lot.entries()) resolve(answers[at]!);
    } catch (error) {
      for (const { reject } of lot) reject(error);
    }
  }
}
