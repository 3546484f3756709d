import { WEEK_DAYS } from "./forecaster.ts";

/** Of each weekday, what is kept of the past when one more of it was seen: about the last 33 weeks count. */
const KEPT = 0.97;
/** So many ordinary days are believed in beforehand, so that the first week does not settle the shape. */
const PRIOR = 2;
const SHARE_MIN = 0.02;

/** How the days of a week differ: a factor for each, 1 on average. Learnt from each day's count beside the level. */
export class WeekShape {
  readonly #counts = new Float64Array(WEEK_DAYS);
  readonly #levels = new Float64Array(WEEK_DAYS);
  #factors: readonly number[] = new Array(WEEK_DAYS).fill(1);

  /** @param place of the day in the week, 0 to 6 */
  factor(place: number): number {
    return this.#factors[place]!;
  }

  /** @param level what an average day of that time came to */
  observe(place: number, count: number, level: number): void {
    this.#counts[place] = this.#counts[place]! * KEPT + count;
    this.#levels[place] = this.#levels[place]! * KEPT + level;
    const raw = Array.from(this.#counts, (sum, at) => (sum + PRIOR) / (this.#levels[at]! + PRIOR));
    const average = raw.reduce((sum, value) => sum + value, 0) / WEEK_DAYS;
    this.#factors = raw.map((value) => Math.max(SHARE_MIN, value / average));
  }
}
