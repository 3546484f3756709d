/**
 * A seeded source of chance, so that a rehearsal can be repeated. Each stream is its own: what is drawn of one changes
 * nothing in another, whatever is asked for in between.
 * The generator is xorshift32 (G. Marsaglia, "Xorshift RNGs", 2003, triple 13/17/5).
 */
export class Dice {
  #state: number;

  constructor(seed: number, stream = 0) {
    // Neighbouring seeds must not give neighbouring sequences, and the state must never be zero.
    this.#state = Math.imul(seed + 1, 0x9e3779b1) ^ Math.imul(stream + 1, 0x85ebca6b) || 1;
    for (let warmUp = 0; warmUp < 8; warmUp += 1) this.#step();
  }

  /** A number between 0 and 1, neither of them included. */
  share(): number {
    return this.#step() / 2 ** 32;
  }

  /** A whole number from 0 to below `count`. */
  below(count: number): number {
    return Math.floor(this.share() * count);
  }

  /** An exponentially distributed number with this mean. */
  exponential(mean: number): number {
    return -mean * Math.log(this.share());
  }

  #step(): number {
    this.#state ^= this.#state << 13;
    this.#state ^= this.#state >>> 17;
    this.#state ^= this.#state << 5;
    return this.#state >>> 0;
  }
}
