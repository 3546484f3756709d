import { type DecidedRequest, decidedRequests } from "../decided.ts";
import type { Evidence } from "../evidence.ts";
import { type Judgement, judged, notJudged } from "../judgement.ts";
import { Timeline } from "../timeline.ts";

/**
 * Whoever was sent after another's accept was acknowledged stands behind it in the ledger, within their lane. Judged by
 * the clients' own times alone: one sort and one binary search each.
 */
export function judgeOrder(evidence: Evidence): Judgement {
  const lanes = Map.groupBy(decidedRequests(evidence), ({ entry, lane }) => `${entry.eventId} ${lane}`);
  if (lanes.size === 0) return notJudged("no accepted request was decided");
  return judged([...lanes.values()].flatMap(overtaken));
}

function overtaken(lane: readonly DecidedRequest[]): string[] {
  const acknowledged = lane
    .filter(({ acknowledgedAt }) => Number.isFinite(acknowledgedAt))
    .map(({ acknowledgedAt: at, entry: { seq }, request: { name } }) => ({ at, seq, name }));
  const timeline = new Timeline(acknowledged, []);
  return lane.flatMap(({ sentAt, entry: { seq, eventId }, request: { name } }) => {
    const before = timeline.before(sentAt);
    if (before === null || before.seq <= seq) return [];
    return [
      `event ${eventId}: ${name} was decided at ledger ${seq}, before ${before.name} at ${before.seq}, whose accept was acknowledged before it was sent`,
    ];
  });
}
