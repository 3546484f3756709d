import type { MeasuredState, QueueRow } from "./queue-result.ts";

/**
 * Holds each state against the baselines nearest to it on both sides, as many as stand in a row there: what drifts on the
 * machine hits both.
 * @param rows in the order of measuring, the first and the last of them baselines
 */
export function againstBaselines(rows: readonly MeasuredState[]): QueueRow[] {
  return rows.map((row, at) => {
    if (row.state === "baseline") return { ...row, baseline_per_s: null, against_baseline: null };
    const sides = [rows.slice(0, at).toReversed(), rows.slice(at + 1)].map(nearestBaseline);
    const baseline = sides.reduce((sum, side) => sum + side, 0) / sides.length;
    const against = Number((row.decided_per_s / baseline).toFixed(2));
    return { ...row, baseline_per_s: Math.round(baseline), against_baseline: against };
  });
}

function nearestBaseline(rows: readonly MeasuredState[]): number {
  const from = rows.findIndex(({ state }) => state === "baseline");
  if (from === -1)
    throw new Error("invariant: a state of the queue was measured without a baseline beside it");
  const to = rows.findIndex(({ state }, at) => at > from && state !== "baseline");
  const near = rows.slice(from, to === -1 ? rows.length : to);
  return near.reduce((sum, { decided_per_s }) => sum + decided_per_s, 0) / near.length;
}
