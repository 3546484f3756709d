import { type Accuracy, accuracyOf, type Compared } from "./accuracy.ts";
import { WEEK_DAYS } from "./forecaster.ts";
import type { Range } from "./intervals.ts";
import type { Day, MadeForecast } from "./ports.ts";

const DAY_MS = 86_400_000;
/** Fewer forecasts that could be compared say nothing. */
export const MEASURED_DAYS_MIN = 14;
export const MEASURED_EVENTS_MIN = 8;

/** How an installation's own forecasts did, or in words why that cannot be told yet. */
export type Measured<Figures> =
  | ({ readonly reason: null } & Figures)
  | ({ readonly reason: string } & { readonly [Name in keyof Figures]: null });

export type MeasuredDays = Measured<{ readonly byDay: Accuracy; readonly byWeek: Accuracy }>;
export type MeasuredEvents = Measured<{ readonly byEvent: Accuracy }>;

/** A day so many days later. */
export function dayAfter(day: Day, days: number): Day {
  return new Date(Date.parse(day) + days * DAY_MS).toISOString().slice(0, day.length);
}

/**
 * Compares the first week of each past forecast with what came.
 * @param made forecasts as they were made, of one organiser or of everybody
 * @param counts bookings by day; a day that is missing had none
 * @param today days from here on are not known yet
 */
export function measureDays(
  made: readonly MadeForecast[],
  counts: ReadonlyMap<Day, number>,
  today: Day,
): MeasuredDays {
  const known = made.filter(({ madeOn, outlook }) => outlook !== null && madeOn < today);
  if (known.length < MEASURED_DAYS_MIN) {
    const reason = `${known.length} forecasts could be compared with what came; ${MEASURED_DAYS_MIN} are needed`;
    return { reason, byDay: null, byWeek: null };
  }
  const compare = (range: Range, from: Day, days: number): readonly Compared[] => {
    if (dayAfter(from, days) > today) return [];
    const came = Array.from({ length: days }, (_, ahead) => counts.get(dayAfter(from, ahead)) ?? 0);
    return [{ point: range.point, range, actual: came.reduce((sum, count) => sum + count, 0) }];
  };
  const days = known.flatMap(({ madeOn, outlook }) =>
    outlook!.days.slice(0, WEEK_DAYS).flatMap((range, ahead) => compare(range, dayAfter(madeOn, ahead), 1)),
  );
  const weeks = known.flatMap(({ madeOn, outlook }) => compare(outlook!.weeks[0]!, madeOn, WEEK_DAYS));
  return { reason: null, byDay: accuracyOf(days), byWeek: accuracyOf(weeks) };
}

/** Of events that are over: how far their forecasts of demand to come were off, each made as many days before. */
export function measureEvents(compared: readonly Compared[]): MeasuredEvents {
  if (compared.length >= MEASURED_EVENTS_MIN) return { reason: null, byEvent: accuracyOf(compared) };
  const reason = `forecasts of ${compared.length} events could be compared with what came; ${MEASURED_EVENTS_MIN} are needed`;
  return { reason, byEvent: null };
}
