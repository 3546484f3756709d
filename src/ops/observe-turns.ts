import type { TurnPhase, TurnReport } from "../engine/ports.ts";
import type { Metrics } from "./metrics.ts";

/** Writes what turns report into the metrics of their process. */
export function observeTurns(metrics: Metrics): (report: TurnReport) => void {
  return ({ events, envelopes, phasesMs, entries }) => {
    if (envelopes === 0 && entries.length === 0) return;
    metrics.turnBatch.observe(envelopes);
    metrics.turnEvents.observe(events);
    for (const [phase, elapsedMs] of Object.entries(phasesMs) as [TurnPhase, number][]) {
      metrics.turnSeconds.observe({ phase }, elapsedMs / 1_000);
    }
    const counts = new Map<string, number>();
    for (const { outcome, waitedMs } of entries) {
      counts.set(outcome, (counts.get(outcome) ?? 0) + 1);
      if (waitedMs !== null) metrics.decisionSeconds.observe(waitedMs / 1_000);
    }
    for (const [outcome, count] of counts) metrics.decided.inc({ outcome }, count);
  };
}
