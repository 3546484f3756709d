import { ProviderFault } from "./faults.ts";
import type { TestPayment } from "./test-payment.ts";

/**
 * Where the test provider keeps its books: a map from text to JSON with versions, shared by all processes and kept
 * over restarts. A table `(key text primary key, version integer, body jsonb)` is enough.
 */
export interface TestProviderStore {
  get(key: string): Promise<{ readonly version: number; readonly body: unknown } | null>;
  /**
   * Writes where the entry still has that version, which then is one higher; 0: where there is no entry.
   * @returns whether it was written.
   */
  compareAndSet(key: string, version: number, body: unknown): Promise<boolean>;
}

const TRIES_MAX = 50;

/** The books of all payments that the test provider has heard of. */
export class TestBooks {
  readonly #store: TestProviderStore;

  constructor(store: TestProviderStore) {
    this.#store = store;
  }

  /** @throws ProviderFault: no such payment. */
  async find(ref: string): Promise<TestPayment> {
    const found = await this.#store.get(ref);
    if (found === null) throw unknown(ref);
    return found.body as TestPayment;
  }

  /**
   * Changes a payment by a pure function, which may run several times: others write too.
   * @param initial what is changed where there is none; null: that is a fault.
   * @returns how it was and how it is.
   */
  async change(
    ref: string,
    initial: TestPayment | null,
    by: (payment: TestPayment) => TestPayment,
  ): Promise<{ readonly before: TestPayment; readonly after: TestPayment }> {
    for (let tries = 0; tries < TRIES_MAX; tries += 1) {
      const found = await this.#store.get(ref);
      const before = (found?.body as TestPayment | undefined) ?? initial;
      if (before === null) throw unknown(ref);
      const after = by(before);
      if (found !== null && after === before) return { before, after };
      if (await this.#store.compareAndSet(ref, found?.version ?? 0, after)) return { before, after };
    }
    throw new ProviderFault("the test provider's books are too busy", { isRetryable: true });
  }
}

function unknown(ref: string): ProviderFault {
  return new ProviderFault(`the test provider knows no payment ${ref}`, { isRetryable: false });
}

/** Books in memory, for one process and as long as it lives. */
export function createMemoryStore(): TestProviderStore {
  const entries = new Map<string, { readonly version: number; readonly text: string }>();
  return {
    get: async (key) => {
      const entry = entries.get(key);
      return entry === undefined ? null : { version: entry.version, body: JSON.parse(entry.text) };
    },
    compareAndSet: async (key, version, body) => {
      if ((entries.get(key)?.version ?? 0) !== version) return false;
      entries.set(key, { version: version + 1, text: JSON.stringify(body) });
      return true;
    },
  };
}
