import { attemptsOf, readHistory } from "./history/history-reader.ts";

/**
 * How long others took to go on: as long as the fault has seen itself, or until the first booking that was asked for after
 * `recoveryAt` was confirmed, by what clients saw.
 * @returns milliseconds; infinity where none was; null where nothing was measured
 */
export function recoveryMsOf(
  historyPath: string,
  { recoveryAt, recoveryMs }: { readonly recoveryAt: number | null; readonly recoveryMs: number | null },
): number | null {
  if (recoveryAt === null || recoveryMs !== null) return recoveryMs;
  const confirmed = attemptsOf(readHistory(historyPath), "book", "probe").flatMap(({ invoke, done }) =>
    invoke.at >= recoveryAt && done?.type === "ok" && done.status === 201 ? [done.at - recoveryAt] : [],
  );
  return Math.min(...confirmed);
}
