import { mkdirSync, writeFileSync } from "node:fs";
import { basename, join } from "node:path";
import { UsageError } from "../lib/flags.ts";
import { contest, quartersOf } from "./contest.ts";
import { loadMstl } from "./mstl.ts";
import { BACKTEST_HELP, type BacktestOptions, readBacktestOptions } from "./options.ts";
import { drawBacktest } from "./picture.ts";
import { backtestJson, renderBacktest, type Tried } from "./report.ts";
import { readSeries, type Series } from "./series.ts";

const EXIT = { right: 0, wrong: 1, usage: 2 } as const;
const YEAR_DAYS = 365;

/** `npm run forecast:backtest`: see `BACKTEST_HELP`. @returns the code to exit with */
function main(argv: readonly string[]): number {
  const options = readBacktestOptions(argv);
  if (options === "help") {
    console.log(BACKTEST_HELP);
    return EXIT.right;
  }
  const series = readSeries(options.data, options.column);
  const fromAt = firstForecast(series, options);
  loadMstl();
  const contestants = contest(series, fromAt, options.horizon);
  const quarters = quartersOf(series, contestants[0]!, options.horizon);
  const tried: Tried = {
    data: basename(options.data),
    column: options.column,
    horizonDays: options.horizon,
    from: series.dates[fromAt]!,
    to: series.dates.at(-1)!,
  };
  const json = `${JSON.stringify(backtestJson(tried, contestants, quarters), null, 2)}\n`;
  write(options.out, {
    "backtest.json": json,
    "backtest.svg": drawBacktest(tried, series.dates, contestants),
  });
  if (options.json) process.stdout.write(json);
  else console.log(`${renderBacktest(tried, contestants, quarters)}\n\n${writtenTo(options.out)}`);
  return EXIT.right;
}

/** Index of the first day forecast. @throws UsageError where nothing can be forecast from it */
function firstForecast({ dates, counts }: Series, { from, horizon }: BacktestOptions): number {
  const first = counts.findIndex((count) => count > 0);
  if (first < 0) throw new UsageError("there is nothing to forecast: every count is 0");
  const middle = first + Math.min(YEAR_DAYS, Math.ceil((counts.length - first) / 2));
  const at = from === null ? middle : dates.indexOf(from);
  if (at < 0)
    throw new UsageError(`--from ${from}: days from ${dates[0]} to ${dates.at(-1)} are in the file`);
  if (at <= first) {
    throw new UsageError(`--from ${from}: the first count is of ${dates[first]}; a later day is accepted`);
  }
  if (at + horizon <= dates.length) return at;
  throw new UsageError(
    `${dates[at]} and ${horizon} days from it on are not in the file, which ends on ${dates.at(-1)}`,
  );
}

/** @throws UsageError where a file cannot be written */
function write(out: string, files: Readonly<Record<string, string>>): void {
  try {
    mkdirSync(out, { recursive: true });
    for (const [name, text] of Object.entries(files)) writeFileSync(join(out, name), text);
  } catch (error) {
    throw new UsageError(`--out ${out} cannot be written to: ${(error as NodeJS.ErrnoException).code}`);
  }
}

function writtenTo(out: string): string {
  return `${join(out, "backtest.json")}, ${join(out, "backtest.svg")}`;
}

try {
  process.exitCode = main(process.argv.slice(2));
} catch (error) {
  console.error(`forecast:backtest: ${error instanceof Error ? error.message : String(error)}`);
  process.exitCode = error instanceof UsageError ? EXIT.usage : EXIT.wrong;
}
