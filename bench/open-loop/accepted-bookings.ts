import { setTimeout as sleep } from "node:timers/promises";
import type { Queryable } from "../../src/store/database.ts";
import { LatencyHistogram } from "../lib/statistics.ts";
import type { DecisionWatch } from "./decision-watch.ts";
import type { OpenSeen } from "./messages.ts";

/** What became of the bookings that were answered 202. */
export interface Decisions {
  /** From the intended time of sending to the notice of the decision, encoded; one for each window. */
  readonly latencies: readonly string[];
  /** Decided, but no notice of it was heard: they are in no latency. */
  readonly unheard: number;
  readonly violations: readonly string[];
}

/** A notice follows the COMMIT, so the last ones may still be on their way when the ledger has everything. */
const NOTICE_MS_MAX = 2_000;

/** Looks up each accepted booking in the ledger. One that is not there, with all mailboxes empty, was lost. */
export async function decisionsOf(
  {
    watch,
    db,
    noticeMsMax = NOTICE_MS_MAX,
  }: { readonly watch: DecisionWatch; readonly db: Queryable; readonly noticeMsMax?: number },
  { acceptedBookings, windows }: Pick<OpenSeen, "acceptedBookings" | "windows">,
  eventIds: readonly string[],
): Promise<Decisions> {
  const accepted = acceptedBookings.length;
  // A 202 that names no booking has none in the ledger.
  const ids = acceptedBookings.flatMap(([id]) => (id === "" ? [] : [id]));
  const look = () => watch.decidedAt(db, eventIds, ids);
  let decidedAt = accepted === 0 ? new Map<string, number | null>() : await look();
  if ([...decidedAt.values()].includes(null)) {
    await sleep(noticeMsMax);
    decidedAt = await look();
  }
  const histograms = windows.map(() => new LatencyHistogram());
  let [lost, unheard] = [0, 0];
  for (const [id, intendedMs, window] of acceptedBookings) {
    const atMs = decidedAt.get(id);
    if (atMs === undefined) lost += 1;
    else if (atMs === null) unheard += 1;
    else histograms[window]!.add(atMs - intendedMs);
  }
  const violations = [
    ...(lost === 0 ? [] : [`every accepted booking is decided: ${lost} of ${accepted} are not`]),
    ...(unheard === 0
      ? []
      : [`every decision of an accepted booking is heard of: ${unheard} of ${accepted} were not`]),
  ];
  return { latencies: histograms.map((one) => one.encode()), unheard, violations };
}
