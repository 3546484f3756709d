import { isoTime } from "../ops/iso-time.ts";

/**
 * One parameter per column, for `unnest`: a set of rows is written by one statement, whatever its size. Each is the
 * column as a PostgreSQL array in text. The driver's own conversion quotes and escapes every element and writes times in
 * the local zone: a third of what a turn costs a worker.
 */
export function columnsOf<Row>(rows: readonly Row[], ...pick: readonly ((row: Row) => unknown)[]): string[] {
  return pick.map((value) => arrayOf(rows, value));
}

function arrayOf<Row>(rows: readonly Row[], value: (row: Row) => unknown): string {
  let text = "{";
  let last: unknown;
  let lastText = "";
  for (const row of rows) {
    const element = value(row);
    // Many columns say the same in row after row, such as the event.
    if (element !== last || lastText === "") {
      last = element;
      lastText = elementOf(element);
    }
    text += text.length === 1 ? lastText : `,${lastText}`;
  }
  return `${text}}`;
}

/** Texts without anything that means something in an array; ids, numbers and names mostly. */
const PLAIN = /^[\w.:+-]+$/;

function elementOf(value: unknown): string {
  if (value == null) return "NULL";
  if (typeof value === "string") return PLAIN.test(value) && !/^null$/i.test(value) ? value : quoted(value);
  if (typeof value === "number") return String(value);
  if (value instanceof Date) return isoTime(value.getTime());
  if (Buffer.isBuffer(value)) return `"\\\\x${value.toString("hex")}"`;
  return quoted(typeof value === "object" ? JSON.stringify(value) : String(value));
}

/** Control characters and halves of surrogate pairs: JSON writes them in a way that PostgreSQL reads otherwise. */
const OTHERWISE_IN_JSON = /[\p{Cc}\p{Cs}]/u;

/** JSON and PostgreSQL escape quotes and backslashes alike, and JSON's way is a third of the work. */
function quoted(text: string): string {
  if (!OTHERWISE_IN_JSON.test(text)) return JSON.stringify(text);
  return `"${text.replaceAll("\\", "\\\\").replaceAll('"', '\\"')}"`;
}

/** A time of the domain (Unix milliseconds) as a parameter for timestamptz. */
export function timestamp(ms: number): Date {
  return new Date(ms);
}

/** Bytes in hexadecimal as a parameter for bytea. */
export function bytea(hex: string): string {
  return `\\x${hex}`;
}

/** SQL that reads a timestamptz column as Unix milliseconds. */
export function ms(column: string): string {
  return `floor(extract(epoch from ${column}) * 1000)::bigint`;
}

/** The pattern of `ilike` for texts that contain these words as they stand. */
export function containing(words: string): string {
  return `%${words.replace(/[\\%_]/g, "\\$&")}%`;
}
