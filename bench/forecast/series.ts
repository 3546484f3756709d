import { readFileSync } from "node:fs";
import { parse } from "csv-parse/sync";
import { UsageError } from "../lib/flags.ts";
import { isDate } from "./options.ts";

const DAY_MS = 86_400_000;

/** Counts of consecutive days. */
export interface Series {
  readonly dates: readonly string[];
  readonly counts: readonly number[];
}

/**
 * Reads one column of a CSV file of daily counts.
 * @throws UsageError naming the line that cannot be used
 */
export function readSeries(file: string, column: string): Series {
  const rows = readRows(file);
  const columns = Object.keys(rows[0] ?? {});
  if (rows.length === 0) throw new UsageError(`${file} has no rows`);
  if (!columns.includes("date"))
    throw new UsageError(`${file} has no column date; it has ${columns.join(", ")}`);
  if (column === "date" || !columns.includes(column)) {
    const others = columns.filter((name) => name !== "date").join(", ");
    throw new UsageError(`--column ${column}: ${file} has the columns ${others}`);
  }
  const dates = rows.map((row, at) => readDate(row.date!, { file, at }));
  refuseGaps(file, dates);
  return { dates, counts: rows.map((row, at) => readCount(row[column]!, { file, at, column })) };
}

type Row = Readonly<Record<string, string>>;

function readRows(file: string): readonly Row[] {
  try {
    return parse<Row>(readFileSync(file, "utf8"), {
      columns: true,
      bom: true,
      trim: true,
      skip_empty_lines: true,
    });
  } catch (error) {
    const { code, message } = error as NodeJS.ErrnoException;
    if (code === "ENOENT") throw new UsageError(`--data ${file}: there is no such file`);
    throw new UsageError(`--data ${file} cannot be read: ${message.split("\n")[0]}`);
  }
}

function readDate(text: string, { file, at }: { readonly file: string; readonly at: number }): string {
  if (isDate(text)) return text;
  throw new UsageError(`${file} line ${lineOf(at)}: "${text}" is no date; YYYY-MM-DD is accepted`);
}

function readCount(
  text: string,
  { file, at, column }: { readonly file: string; readonly at: number; readonly column: string },
): number {
  const count = text === "" ? Number.NaN : Number(text);
  if (Number.isFinite(count) && count >= 0) return count;
  throw new UsageError(
    `${file} line ${lineOf(at)}: ${column} is "${text}"; a number of at least 0 is accepted`,
  );
}

function refuseGaps(file: string, dates: readonly string[]): void {
  const gap = dates.findIndex(
    (date, at) => at > 0 && Date.parse(date) - Date.parse(dates[at - 1]!) !== DAY_MS,
  );
  if (gap < 0) return;
  throw new UsageError(
    `${file} line ${lineOf(gap)}: ${dates[gap]} comes after ${dates[gap - 1]}; one row a day in order is accepted`,
  );
}

/** The line of a row, below the one of headings. */
function lineOf(at: number): number {
  return at + 2;
}
