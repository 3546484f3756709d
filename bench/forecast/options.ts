import {
  describeFlags,
  type Flag,
  type Flags,
  readFlags,
  switchFlag,
  UsageError,
  wholeFlag,
} from "../lib/flags.ts";

/** Farther ahead, a week's rhythm and a level say too little. */
export const HORIZON_DAYS_MAX = 28;

const dataFlag: Flag<string | null> = {
  placeholder: "FILE.csv",
  help: "daily counts: a column `date` (YYYY-MM-DD, no day left out) and columns of counts",
  fallback: null,
  read: (text) => text,
};

const columnFlag: Flag<string> = {
  placeholder: "NAME",
  help: "the column to forecast (default total)",
  fallback: "total",
  read: (text) => text,
};

const fromFlag: Flag<string | null> = {
  placeholder: "DATE",
  help: "the first day forecast (default: after the first year, or half-way where there is less)",
  fallback: null,
  read: (text) => {
    if (isDate(text)) return text;
    throw new Error("a date such as 2021-01-01 is accepted");
  },
};

const outFlag: Flag<string> = {
  placeholder: "DIR",
  help: "where backtest.json and backtest.svg are written (default .evently/forecast)",
  fallback: ".evently/forecast",
  read: (text) => text,
};

const TABLE = {
  data: dataFlag,
  column: columnFlag,
  horizon: wholeFlag({
    help: `days forecast from each origin, 1 to ${HORIZON_DAYS_MAX} (default 7)`,
    fallback: 7,
    min: 1,
    max: HORIZON_DAYS_MAX,
  }),
  from: fromFlag,
  out: outFlag,
  json: switchFlag("one JSON document on standard output and nothing else"),
};

export type BacktestOptions = Flags<typeof TABLE> & { readonly data: string };

export const BACKTEST_HELP = `usage: npm run forecast:backtest -- --data FILE.csv [options]

Rolling-origin evaluation of the forecasts that the product makes, against seasonal naive and exponential smoothing:
at the end of every day the next days are forecast from what was known then, and compared with what came.

${describeFlags(TABLE)}

Exits with 0, or with 2 where the input cannot be used.`;

/** @throws UsageError, whose message is one line that says what is accepted */
export function readBacktestOptions(argv: readonly string[]): BacktestOptions | "help" {
  const flags = readFlags(argv, TABLE);
  if (flags === "help") return "help";
  if (flags.data === null) throw new UsageError("--data FILE.csv is needed: a file of daily counts (--help)");
  return { ...flags, data: flags.data };
}

/** A day of the calendar, written YYYY-MM-DD. */
export function isDate(text: string): boolean {
  if (!/^\d{4}-\d\d-\d\d$/.test(text)) return false;
  const date = new Date(`${text}T00:00:00Z`);
  return !Number.isNaN(date.getTime()) && date.toISOString().startsWith(text);
}
