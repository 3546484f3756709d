import { attemptsOf, readHistory } from "./history/history-reader.ts";

/**
 * How long after `at` the first booking that was asked for after it was confirmed, by what clients saw.
 * @returns milliseconds; infinity where none was; null where `at` is
 */
export function recoveryMsOf(historyPath: string, at: number | null): number | null {
  if (at === null) return null;
  const confirmed = attemptsOf(readHistory(historyPath), "book", "probe").flatMap(({ invoke, done }) =>
    invoke.at >= at && done?.type === "ok" && done.status === 201 ? [done.at - at] : [],
  );
  return Math.min(...confirmed);
}
