import { RehearsalRefused } from "./refusal.ts";

/** A line of a file: where it begins, from 1, and its cells. */
export interface CsvLine {
  readonly line: number;
  readonly cells: readonly string[];
}

/**
 * Reads comma-separated values as RFC 4180 has them: quotes around cells with commas, line breaks or quotes, a quote in
 * them doubled. A byte order mark and blank lines are passed over.
 * @throws RehearsalRefused naming line and column where a quote is out of place or never closed.
 */
export function* csvLines(text: string): Generator<CsvLine> {
  let at = text.charCodeAt(0) === 0xfeff ? 1 : 0;
  let line = 1;
  while (at < text.length) {
    const begun = line;
    const cells: string[] = [];
    for (;;) {
      const cell =
        text[at] === '"'
          ? quoted(text, at, { line, column: cells.length + 1 })
          : bare(text, at, { line, column: cells.length + 1 });
      cells.push(cell.value);
      line += cell.breaks;
      at = cell.end;
      if (text[at] !== ",") break;
      at += 1;
    }
    if (text[at] === "\r") at += 1;
    if (text[at] === "\n") at += 1;
    line += 1;
    if (cells.length > 1 || cells[0] !== "") yield { line: begun, cells };
  }
}

interface Cell {
  readonly value: string;
  readonly end: number;
  /** Line breaks within. */
  readonly breaks: number;
}

interface Place {
  readonly line: number;
  readonly column: number;
}

function bare(text: string, from: number, { line, column }: Place): Cell {
  let end = from;
  while (end < text.length && !",\r\n".includes(text[end] as string)) {
    if (text[end] === '"') throw misplaced(line, column);
    end += 1;
  }
  return { value: text.slice(from, end).trim(), end, breaks: 0 };
}

function quoted(text: string, from: number, { line, column }: Place): Cell {
  let value = "";
  let at = from + 1;
  for (;;) {
    const quote = text.indexOf('"', at);
    if (quote < 0) throw new RehearsalRefused(`line ${line}, column ${column}: the quote is never closed`);
    value += text.slice(at, quote);
    at = quote + 1;
    if (text[at] !== '"') break;
    value += '"';
    at += 1;
  }
  if (at < text.length && !",\r\n".includes(text[at] as string)) throw misplaced(line, column);
  return { value, end: at, breaks: value.split("\n").length - 1 };
}

function misplaced(line: number, column: number): RehearsalRefused {
  return new RehearsalRefused(
    `line ${line}, column ${column}: a quote stands within a cell; put the whole cell in quotes and double those within`,
  );
}
