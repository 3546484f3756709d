import { type Forecaster, WEEK_DAYS } from "./forecaster.ts";

/** Next week is as the last seven days were: the yardstick that every other method has to beat. */
export class SeasonalNaive implements Forecaster {
  readonly #week: number[] = [];

  observe(count: number): void {
    this.#week.push(count);
    if (this.#week.length > WEEK_DAYS) this.#week.shift();
  }

  forecast(horizonDays: number): readonly number[] {
    return Array.from({ length: horizonDays }, (_, ahead) => this.#week[ahead % this.#week.length]!);
  }
}
