import { digits, whole } from "../lib/format.ts";
import type { TableSizes } from "../lib/table-sizes.ts";
import type { Decisions } from "../open-loop/accepted-bookings.ts";
import { countOf, latenciesOf, type OpenReading, pace } from "../open-loop/measure-open.ts";
import type { OpenSeen } from "../open-loop/messages.ts";
import type { SoakWindow } from "./soak-result.ts";

/** What was read between two windows. */
export interface WindowEnd {
  readonly reading: OpenReading;
  readonly sizes: TableSizes;
}

/**
 * The windows of a soak.
 * @param ends one before the first window, and one after each
 * @param decisions of those that waited for their decision for so long that they were answered 202
 */
export function windowsOf(
  seen: Pick<OpenSeen, "windows">,
  ends: readonly WindowEnd[],
  { decisions, windowMin }: { readonly decisions: Decisions; readonly windowMin: number },
): SoakWindow[] {
  return seen.windows.map((window, at) => {
    const { decided_per_s, cpu } = pace(ends[at]!.reading, ends[at + 1]!.reading);
    const decision = latenciesOf([window.decided, decisions.latencies[at]!, window.unanswered]);
    return {
      ended_at_min: (at + 1) * windowMin,
      decided_per_s,
      p50_ms: decision?.summary.p50_ms ?? null,
      p99_ms: decision?.summary.p99_ms ?? null,
      refused: Object.values(window.refusedByCode).reduce((sum, count) => sum + count, window.broken),
      answered_202: countOf([window.accepted]),
      unanswered: countOf([window.unanswered, window.otherUnanswered]),
      backlog: window.inFlight,
      cpu,
      sizes: ends[at + 1]!.sizes,
    };
  });
}

/** A line about the window that has just ended. */
export function windowProgress(ends: readonly WindowEnd[]): string {
  const { decided_per_s } = pace(ends.at(-2)!.reading, ends.at(-1)!.reading);
  const { jobs_mib, dead_jobs } = ends.at(-1)!.sizes;
  return `window ${ends.length - 1}: ${whole(decided_per_s)} decided/s, mailboxes ${digits(jobs_mib)} MiB with ${whole(dead_jobs)} dead rows`;
}
