import { DemandModel } from "./demand-model.ts";
import { WEEK_DAYS } from "./forecaster.ts";
import { ERRORS_MIN } from "./intervals.ts";
import { type Outlook, Rolling } from "./rolling.ts";

/** Two weeks to learn a week's shape from, then as many errors as intervals need. */
const LEARNING_DAYS = 2 * WEEK_DAYS;
/** At least so many bookings in that time, or the shape is that of a few orders. */
export const BOOKINGS_MIN = 30;
/** Older days have no say left: the slowest part forgets all but 1 % of what was 230 days ago. */
export const HISTORY_DAYS_MAX = 400;

/** So many days have to be known, counted from the first with a booking. */
export function historyDaysMin(horizonDays: number): number {
  return LEARNING_DAYS + ERRORS_MIN + horizonDays;
}

/** A forecast, or in words why there is none. */
export type DailyForecast =
  | { readonly outlook: Outlook; readonly reason: null }
  | { readonly outlook: null; readonly reason: string };

/**
 * Forecasts the days after the last of `counts`.
 * @param counts one per day without gaps, 0 for a day without any, oldest first; days before the first booking do not count
 * @param horizonDays how many days ahead
 */
export function forecastDaily(counts: readonly number[], horizonDays: number): DailyForecast {
  const first = counts.findIndex((count) => count > 0);
  const known = first < 0 ? [] : counts.slice(first).slice(-HISTORY_DAYS_MAX);
  const reason = tooShort(known, historyDaysMin(horizonDays));
  if (reason !== null) return { outlook: null, reason };
  const rolling = new Rolling(new DemandModel(), horizonDays);
  for (const count of known) rolling.observe(count);
  return { outlook: rolling.expect().outlook!, reason: null };
}

function tooShort(known: readonly number[], daysMin: number): string | null {
  if (known.length < daysMin) {
    return `${known.length} days since the first booking; a forecast needs ${daysMin}`;
  }
  const bookings = known.slice(-daysMin).reduce((sum, count) => sum + count, 0);
  if (bookings >= BOOKINGS_MIN) return null;
  return `${bookings} bookings in the last ${daysMin} days; a forecast needs ${BOOKINGS_MIN}`;
}
