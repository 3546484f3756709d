/** Days in the season that every method here knows. */
export const WEEK_DAYS = 7;

/** Forecasts daily counts. It is told one day after the other and never sees a later one. */
export interface Forecaster {
  /** The next day's count is known. @param count at least 0 */
  observe(count: number): void;
  /** Expected counts of the next `horizonDays` days, each at least 0. Needs at least one observed day. */
  forecast(horizonDays: number): readonly number[];
}

/** The week as a list of places: day number `at`, counted from the first observed day, stands at `weekPlace(at)`. */
export function weekPlace(at: number): number {
  return at % WEEK_DAYS;
}

/** The arithmetic mean. @param values at least one */
export function mean(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length;
}
