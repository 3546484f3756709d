import type { FaultRun } from "../fault.ts";
import { type Attempt, attemptsOf, readHistory } from "../history/history-reader.ts";
import type { Book } from "../history/op.ts";
import { DEFAULTS } from "../workload/wish.ts";

/** Bookings that were sent between two moments of the history's clock. */
export function bookingsBetween(run: FaultRun, from: number, to: number): readonly Attempt<Book>[] {
  return attemptsOf(readHistory(run.history.path), "book").filter(
    ({ invoke }) => invoke.at >= from && invoke.at <= to,
  );
}

/** Bookings that were sent since a moment, or had no end yet by then. */
export function bookingsSince(run: FaultRun, from: number): readonly Attempt<Book>[] {
  return attemptsOf(readHistory(run.history.path), "book").filter(
    ({ done }) => done === null || done.at >= from,
  );
}

/**
 * Holds what clients were answered while something they need was away: 503 that says when to come again, and soon; never
 * that the server does not know what is wrong.
 * @param waitMsMax longest wait for a 503; by default as long as clients wait for an answer
 * @returns how many were answered 503
 */
export function judgeRefusals(
  run: FaultRun,
  asked: readonly Attempt<Book>[],
  waitMsMax: number = DEFAULTS.requestMsMax,
): number {
  const refused = asked.filter(({ done }) => done?.status === 503);
  const bare = refused.filter(({ done }) => done?.body.retryAfterS === undefined).length;
  if (bare > 0) run.violation(`${bare} answers of 503 without Retry-After`);
  const broken = asked.filter(({ done }) => (done?.status ?? 0) >= 500 && done?.status !== 503);
  const [first] = broken;
  if (first !== undefined)
    run.violation(`${broken.length} bookings were answered ${first.done?.status} ${first.done?.code}`);
  const longest = Math.max(0, ...refused.map(({ invoke, done }) => (done?.at ?? invoke.at) - invoke.at));
  if (longest > waitMsMax) run.violation(`a 503 took ${Math.round(longest)} ms; ${waitMsMax} are allowed`);
  run.remark(
    `${refused.length} of ${asked.length} bookings were answered 503, within ${Math.round(longest)} ms`,
  );
  return refused.length;
}

/** Half of these bookings that were answered 201 took longer than this, ms; null where none was. */
export function medianMs(asked: readonly Attempt<Book>[]): number | null {
  const times = asked.flatMap(({ invoke, done }) => (done?.status === 201 ? [done.at - invoke.at] : []));
  return times.sort((a, b) => a - b)[times.length >> 1] ?? null;
}
