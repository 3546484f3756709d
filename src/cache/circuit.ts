export interface CircuitOptions {
  /** Failures in a row that open it. */
  readonly failuresMax: number;
  /** How long nothing is tried then; after it one question at a time, until one is answered. */
  readonly openMs: number;
  /** Monotonic milliseconds. */
  readonly nowMs?: () => number;
}

/** closed ──failures in a row──▶ open ──time──▶ one try ──answered──▶ closed, or open again */
export class Circuit {
  readonly #options: CircuitOptions;
  readonly #nowMs: () => number;
  #failures = 0;
  #tryAtMs = 0;

  constructor(options: CircuitOptions) {
    this.#options = options;
    this.#nowMs = options.nowMs ?? (() => performance.now());
  }

  get isOpen(): boolean {
    return this.#failures >= this.#options.failuresMax;
  }

  /** Whether somebody may ask now. Where it is open, whoever is told yes is the one who tries. */
  allows(): boolean {
    if (!this.isOpen) return true;
    if (this.#nowMs() < this.#tryAtMs) return false;
    this.#tryAtMs = this.#nowMs() + this.#options.openMs;
    return true;
  }

  worked(): void {
    this.#failures = 0;
  }

  failed(): void {
    this.#failures += 1;
    this.#tryAtMs = this.#nowMs() + this.#options.openMs;
  }
}
