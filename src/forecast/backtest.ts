import { type Accuracy, accuracyOf, type Compared } from "./accuracy.ts";
import type { Forecaster } from "./forecaster.ts";
import { type Expectation, Rolling, weeksOf } from "./rolling.ts";

/** A method by name, made afresh for each walk. */
export interface Method {
  readonly name: string;
  readonly make: () => Forecaster;
}

/** What was forecast at the end of one day, and what came. */
export interface Origin {
  /** Index of the first day forecast. */
  readonly at: number;
  readonly days: readonly Compared[];
  /** The whole weeks of the horizon, each the sum of seven days. */
  readonly weeks: readonly Compared[];
}

/** How forecasts from many origins did. */
export interface Summary {
  readonly origins: number;
  /** Each of the horizon's days from each origin. */
  readonly byDay: Accuracy;
  /** Each whole week of the horizon from each origin; weeks of neighbouring origins overlap. */
  readonly byWeek: Accuracy;
  /** The same from every `horizonDays`-th origin only, the first included: nothing overlaps. */
  readonly byWeekApart: Accuracy;
}

/**
 * Rolling-origin evaluation: Tashman, "Out-of-sample tests of forecasting accuracy", International Journal of Forecasting 16
 * (2000). Every day from the one before `fromAt` on that has a whole horizon behind it is an origin; the method has then
 * seen that day and all before it, and nothing else.
 * @param test.counts one per day; days before the first booking are left out, as for a forecast
 * @param test.fromAt index in `counts` of the first day forecast; a day before it has bookings
 */
export function backtest(
  method: Method,
  test: { readonly counts: readonly number[]; readonly fromAt: number; readonly horizonDays: number },
): readonly Origin[] {
  const { counts, fromAt, horizonDays } = test;
  const rolling = new Rolling(method.make(), horizonDays);
  const origins: Origin[] = [];
  for (let at = counts.findIndex((count) => count > 0); at + horizonDays < counts.length; at += 1) {
    rolling.observe(counts[at]!);
    if (at < fromAt - 1) continue;
    origins.push(originOf(at + 1, rolling.expect(), counts.slice(at + 1, at + 1 + horizonDays)));
  }
  return origins;
}

/** @param horizonDays as in the back-test */
export function summaryOf(origins: readonly Origin[], horizonDays: number): Summary {
  const apart = origins.filter((_, at) => at % horizonDays === 0);
  return {
    origins: origins.length,
    byDay: accuracyOf(origins.flatMap(({ days }) => days)),
    byWeek: accuracyOf(origins.flatMap(({ weeks }) => weeks)),
    byWeekApart: accuracyOf(apart.flatMap(({ weeks }) => weeks)),
  };
}

function originOf(at: number, { points, outlook }: Expectation, actual: readonly number[]): Origin {
  const sums = weeksOf(actual);
  return {
    at,
    days: points.map((point, ahead) => ({
      point,
      range: outlook?.days[ahead] ?? null,
      actual: actual[ahead]!,
    })),
    weeks: weeksOf(points).map((point, week) => ({
      point,
      range: outlook?.weeks[week] ?? null,
      actual: sums[week]!,
    })),
  };
}
