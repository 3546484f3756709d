/**
 * The level of weekday-adjusted counts by simple exponential smoothing: Brown, "Statistical Forecasting for Inventory
 * Control" (1959). Until `1 / gain` days were seen it is their plain mean, so the start is not the first day's accident.
 */
export class SmoothedLevel {
  readonly #gain: number;
  #days = 0;
  #value = 0;

  /** @param gain share of an ordinary day's error that the level moves by, above 0 and below 1 */
  constructor(gain: number) {
    this.#gain = gain;
  }

  get value(): number {
    return this.#value;
  }

  /** A busy weekday says more about the level than a quiet one, so its error counts by its factor. */
  observe(count: number, factor: number): void {
    this.#days += 1;
    const gain = Math.min(1, Math.max(this.#gain, 1 / this.#days) * factor);
    this.#value += gain * (count / factor - this.#value);
  }
}
