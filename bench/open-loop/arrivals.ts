import { SeededDice } from "../lib/random.ts";

/**
 * When requests arrive that know nothing of each other: a Poisson process, whose gaps are exponentially distributed
 * (inverse transform: −ln(u) / rate for u uniform in (0, 1)). The same seed gives the same arrivals.
 */
export class PoissonArrivals {
  readonly #meanGapMs: number;
  readonly #dice: SeededDice;
  #atMs = 0;

  constructor(options: { readonly ratePerS: number; readonly seed: number }) {
    this.#meanGapMs = 1_000 / options.ratePerS;
    this.#dice = new SeededDice(options.seed);
  }

  /** The time of the next arrival, in milliseconds since the process began. */
  next(): number {
    this.#atMs -= Math.log(this.#dice.share()) * this.#meanGapMs;
    return this.#atMs;
  }
}
