import { AsyncLocalStorage } from "node:async_hooks";
import type { Context } from "@opentelemetry/api";
import type { StatementTime } from "../engine/ports.ts";

/** What is being traced in this place of the program. */
export interface Scope {
  /** What its spans hang below. */
  readonly context: Context;
  readonly note: (statement: StatementTime) => void;
  /** False once its work is over: what goes on behind it, such as a loop that it woke, is not part of it. */
  isOpen: boolean;
}

/**
 * Which trace the program is in, through everything that is awaited. Nobody pays for it who is not traced: nothing is stored
 * for them, and while nobody is, it is not even looked for.
 */
export class Scopes {
  readonly #storage = new AsyncLocalStorage<Scope>();
  #open = 0;

  get active(): Scope | null {
    if (this.#open === 0) return null;
    const scope = this.#storage.getStore();
    return scope?.isOpen === true ? scope : null;
  }

  async run<T>(scope: Scope, work: () => Promise<T>): Promise<T> {
    this.#open += 1;
    try {
      return await this.#storage.run(scope, work);
    } finally {
      this.#open -= 1;
      scope.isOpen = false;
    }
  }

  /** For work of many, begun by chance in the midst of one's. */
  outside(work: () => void): void {
    if (this.#open === 0) work();
    else this.#storage.exit(work);
  }
}
