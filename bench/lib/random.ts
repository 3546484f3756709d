/**
 * A seeded source of whole numbers, so that a run can be repeated with the same demand.
 * The generator is xorshift32 (G. Marsaglia, "Xorshift RNGs", 2003, triple 13/17/5).
 */
export class SeededDice {
  #state: number;

  constructor(seed: number) {
    // Neighbouring seeds must not give neighbouring sequences, and the state must never be zero.
    this.#state = Math.imul(seed + 1, 0x9e3779b1) | 0 || 1;
    for (let warmUp = 0; warmUp < 8; warmUp += 1) this.#step();
  }

  /** A whole number from `min` to `max`, both included. */
  between(min: number, max: number): number {
    return min + (this.#step() % (max - min + 1));
  }

  /** A number between 0 and 1, neither of them included. */
  share(): number {
    return this.#step() / 2 ** 32;
  }

  #step(): number {
    this.#state ^= this.#state << 13;
    this.#state ^= this.#state >>> 17;
    this.#state ^= this.#state << 5;
    return this.#state >>> 0;
  }
}
