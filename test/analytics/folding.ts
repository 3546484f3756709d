import { fold } from "../../src/analytics/fold.ts";
import { FoldedEvent, unfolded } from "../../src/analytics/folded-event.ts";
import { addTo, type Measures, noMeasures } from "../../src/analytics/measures.ts";
import type { LedgerEntry } from "../../src/domain/ledger.ts";

/** Folds a ledger from its first entry. */
export function folded(ledger: readonly LedgerEntry[]): FoldedEvent {
  const event = new FoldedEvent(unfolded(ledger[0]?.eventId ?? ""), {
    bookings: new Map(),
    refunds: new Map(),
  });
  for (const entry of ledger) fold(event, entry);
  return event;
}

/** All days together. */
export function totalOf(event: FoldedEvent): Measures {
  const total = noMeasures();
  for (const measures of event.days.values()) addTo(total, measures);
  return total;
}
