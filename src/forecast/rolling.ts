import { type Forecaster, WEEK_DAYS } from "./forecaster.ts";
import { PastErrors, type Range } from "./intervals.ts";

/** What is expected from one day on: each day, and each whole week of them, the first beginning with the first day. */
export interface Outlook {
  readonly days: readonly Range[];
  readonly weeks: readonly Range[];
}

/** Expected counts of each day, and ranges once enough past forecasts could be compared. */
export interface Expectation {
  readonly points: readonly number[];
  readonly outlook: Outlook | null;
}

/**
 * A method walked through a series: after each day it forecasts, and its forecasts are compared with what comes. The
 * intervals of a forecast come from errors that were known when it was made, so no later count can change it.
 */
export class Rolling {
  readonly #method: Forecaster;
  readonly #horizonDays: number;
  readonly #byDay: readonly PastErrors[];
  readonly #byWeek: readonly PastErrors[];
  /** Forecasts of the last `horizonDays` origins, newest last. */
  readonly #pending: (readonly number[])[] = [];
  readonly #counts: number[] = [];

  constructor(method: Forecaster, horizonDays: number) {
    this.#method = method;
    this.#horizonDays = horizonDays;
    this.#byDay = Array.from({ length: horizonDays }, () => new PastErrors());
    this.#byWeek = Array.from({ length: Math.floor(horizonDays / WEEK_DAYS) }, () => new PastErrors());
  }

  /** The next day's count is known. */
  observe(count: number): void {
    this.#counts.push(count);
    if (this.#counts.length > this.#horizonDays) this.#counts.shift();
    this.#compare(count);
    this.#method.observe(count);
    this.#pending.push(this.#method.forecast(this.#horizonDays));
    if (this.#pending.length > this.#horizonDays) this.#pending.shift();
  }

  /** What is expected after the last observed day. */
  expect(): Expectation {
    const points = this.#pending.at(-1)!;
    // The farthest day and the last week are the last to have errors.
    if (![this.#byDay.at(-1), this.#byWeek.at(-1)].every((errors) => errors?.suffice ?? true)) {
      return { points, outlook: null };
    }
    const days = points.map((point, ahead) => this.#byDay[ahead]!.around(point));
    const weeks = weeksOf(points).map((point, week) => this.#byWeek[week]!.around(point));
    return { points, outlook: { days, weeks } };
  }

  #compare(count: number): void {
    this.#pending.forEach((points, at) => {
      const ahead = this.#pending.length - 1 - at;
      this.#byDay[ahead]!.add(points[ahead]!, count);
    });
    if (this.#pending.length < this.#horizonDays) return;
    const actual = weeksOf(this.#counts);
    weeksOf(this.#pending[0]!).forEach((point, week) => {
      this.#byWeek[week]!.add(point, actual[week]!);
    });
  }
}

/** The sums of the whole weeks among days. */
export function weeksOf(days: readonly number[]): readonly number[] {
  return Array.from({ length: Math.floor(days.length / WEEK_DAYS) }, (_, week) =>
    days.slice(week * WEEK_DAYS, (week + 1) * WEEK_DAYS).reduce((sum, count) => sum + count, 0),
  );
}
