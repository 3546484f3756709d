const DAY_MS = 86_400_000;
const WEEK_DAYS = 7;
const DAY_LENGTH = "2026-11-21".length;

/** Days such as 2026-11-21, both included. */
interface Days {
  readonly from: string;
  readonly to: string;
}

/** A period as its whole weeks and the days before and after them; each may be empty, and then ends before it begins. */
export interface Weekly {
  readonly before: Days;
  /** The Mondays of the whole weeks. */
  readonly mondays: Days;
  readonly after: Days;
}

/** The Monday on or before a day. */
export function mondayOf(day: string): string {
  const sinceMonday = (new Date(day).getUTCDay() + WEEK_DAYS - 1) % WEEK_DAYS;
  return plus(day, -sinceMonday);
}

/** Takes a period apart so that every day of it is in exactly one part. */
export function weeklyOf({ from, to }: Days): Weekly {
  const first = mondayOf(plus(from, WEEK_DAYS - 1));
  const end = mondayOf(plus(to, 1));
  const [beforeTo = to] = [to, plus(first, -1)].sort();
  const [, afterFrom = end] = [first, end].sort();
  return {
    before: { from, to: beforeTo },
    mondays: { from: first, to: plus(end, -WEEK_DAYS) },
    after: { from: afterFrom, to },
  };
}

function plus(day: string, days: number): string {
  return new Date(Date.parse(day) + days * DAY_MS).toISOString().slice(0, DAY_LENGTH);
}
