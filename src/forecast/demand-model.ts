import { type Forecaster, mean, weekPlace } from "./forecaster.ts";
import { ShiftingLevel } from "./shifting-level.ts";
import { SmoothedLevel } from "./smoothed-level.ts";
import { WeekShape } from "./week-shape.ts";

/** From very slow to quick; their plain mean needs no choice between them. */
const GAINS = [0.02, 0.05, 0.1, 0.2, 0.4];

/** A day without anything, where so many were expected, is a day on which nobody could book, not one without demand. */
const CLOSED_EXPECTED_MIN = 8;
/** So many of them in a row; after that nobody wants any. */
const CLOSED_DAYS_MAX = 28;

/**
 * Expected daily counts: level × weekday. The level is the mean of two ways to see it, each wrong at other times: simple
 * exponential smoothing at five gains, and a level that jumps now and then. Equal weights: combining forecasts beats
 * choosing one (Bates & Granger, "The combination of forecasts", Operational Research Quarterly 20, 1969), and weights that are
 * estimated rarely beat equal ones (Clemen, International Journal of Forecasting 5, 1989). Deterministic; nothing is fitted.
 */
export class DemandModel implements Forecaster {
  readonly #shape = new WeekShape();
  readonly #smoothed = GAINS.map((gain) => new SmoothedLevel(gain));
  readonly #shifting = new ShiftingLevel();
  #days = 0;
  #closedDays = 0;

  observe(count: number): void {
    const place = weekPlace(this.#days);
    const factor = this.#shape.factor(place);
    const isClosed = this.#isClosed(count, factor);
    this.#days += 1;
    this.#closedDays = count === 0 ? this.#closedDays + 1 : 0;
    if (isClosed) {
      this.#shifting.pass();
      return;
    }
    this.#shifting.observe(count, factor);
    for (const level of this.#smoothed) level.observe(count, factor);
    this.#shape.observe(place, count, this.#level);
  }

  forecast(horizonDays: number): readonly number[] {
    const level = this.#level;
    return Array.from(
      { length: horizonDays },
      (_, ahead) => level * this.#shape.factor(weekPlace(this.#days + ahead)),
    );
  }

  get #level(): number {
    return (this.#shifting.value + mean(this.#smoothed.map(({ value }) => value))) / 2;
  }

  #isClosed(count: number, factor: number): boolean {
    if (count > 0 || this.#days === 0 || this.#closedDays >= CLOSED_DAYS_MAX) return false;
    return this.#level * factor >= CLOSED_EXPECTED_MIN;
  }
}
