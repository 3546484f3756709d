import { closeSync, openSync, readSync, renameSync, statSync } from "node:fs";

const LOG_BYTES_MAX = 10_485_760;
const TAIL_BYTES_MAX = 4_096;

export function sizeOfLog(file: string): number {
  return statSync(file, { throwIfNoEntry: false })?.size ?? 0;
}

/** Puts a log that has grown large aside, in place of the one put aside before. For use between runs. */
export function rotateLog(file: string): void {
  if (sizeOfLog(file) > LOG_BYTES_MAX) renameSync(file, `${file}.1`);
}

/** What was written after the first `from` bytes, at most its last few thousand. */
export function endOfLog(file: string, from: number): string {
  const size = sizeOfLog(file);
  const start = Math.max(from, size - TAIL_BYTES_MAX);
  const text = Buffer.alloc(Math.max(size - start, 0));
  const handle = openSync(file, "r");
  try {
    readSync(handle, text, 0, text.length, start);
  } finally {
    closeSync(handle);
  }
  return text.toString("utf8").trim();
}
