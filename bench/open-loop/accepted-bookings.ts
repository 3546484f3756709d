import type { Queryable } from "../../src/store/database.ts";
import { LatencyHistogram } from "../lib/statistics.ts";
import type { DecisionWatch } from "./decision-watch.ts";
import type { OpenSeen } from "./messages.ts";

/** What became of the bookings that were answered 202. */
export interface Decisions {
  /** From the intended time of sending to the notice of the decision; encoded. */
  readonly latencies: string;
  readonly violations: readonly string[];
}

/** Looks up each accepted booking in the ledger. One that is not there, with all mailboxes empty, was lost. */
export async function decisionsOf(
  { watch, db }: { readonly watch: DecisionWatch; readonly db: Queryable },
  { acceptedBookings }: OpenSeen,
  eventIds: readonly string[],
): Promise<Decisions> {
  const latencies = new LatencyHistogram();
  if (acceptedBookings.length === 0) return { latencies: latencies.encode(), violations: [] };
  const decidedAt = await watch.decidedAt(db, eventIds);
  let lost = 0;
  for (const [id, intendedMs] of acceptedBookings) {
    const atMs = decidedAt.get(id);
    if (atMs === undefined) lost += 1;
    else if (atMs !== null) latencies.add(atMs - intendedMs);
  }
  const violations =
    lost === 0 ? [] : [`every accepted booking is decided: ${lost} of ${acceptedBookings.length} are not`];
  return { latencies: latencies.encode(), violations };
}
