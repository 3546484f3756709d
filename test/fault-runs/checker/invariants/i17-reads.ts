import { decidedRequests, timelineOf } from "../decided.ts";
import type { EventBooks, Evidence } from "../evidence.ts";
import { type Judgement, judged, notJudged } from "../judgement.ts";
import { availableOf, Stock } from "../ledger/stock.ts";

interface Read {
  readonly id: number;
  readonly event: string;
  readonly sentAt: number;
  readonly seq: number;
  readonly available: number | undefined;
}

/**
 * What a client knew for longer than the bound before it read an event, the reading knows too; and its figures are those
 * of the ledger number that it names.
 */
export function judgeReads(evidence: Evidence): Judgement {
  const reads = readsOf(evidence);
  if (reads.length === 0) return notJudged("nobody read an event");
  const decided = decidedRequests(evidence);
  const byEvent = Map.groupBy(reads, ({ event }) => event);
  return judged(
    evidence.events.flatMap((books) => {
      const own = byEvent.get(books.eventId) ?? [];
      const timeline = timelineOf(evidence, books.eventId, decided);
      return [...tooOld(own, timeline, evidence.terms.cacheAgeMsMax), ...otherFigures(own, books)];
    }),
  );
}

function readsOf({ history }: Evidence): Read[] {
  return history.attempts.flatMap(({ invoke: { id, at, op }, done }) => {
    if (op.type !== "read" || done?.type !== "ok" || done.body.seq === undefined) return [];
    const { seq, available } = done.body;
    return [{ id, event: op.event, sentAt: at, seq, available }];
  });
}

function tooOld(reads: readonly Read[], timeline: ReturnType<typeof timelineOf>, ageMsMax: number): string[] {
  return reads.flatMap(({ id, event, sentAt, seq }) => {
    const known = timeline.before(sentAt - ageMsMax);
    return known === null || known.seq <= seq
      ? []
      : [
          `event ${event}: read ${id} showed ledger ${seq}, more than ${ageMsMax} ms after ${known.name} had shown ${known.seq}`,
        ];
  });
}

function otherFigures(reads: readonly Read[], { eventId, ledger }: EventBooks): string[] {
  const stock = new Stock();
  const left = new Map<number, number>();
  for (const entry of ledger) {
    stock.take(entry);
    left.set(
      entry.seq,
      stock.tiers.reduce((sum, tier) => sum + availableOf(tier), 0),
    );
  }
  return reads.flatMap(({ id, seq, available }) => {
    const due = left.get(seq);
    if (due === undefined) return [`event ${eventId}: read ${id} names ledger ${seq}, which is not there`];
    return available === undefined || available === due
      ? []
      : [`event ${eventId}: read ${id} showed ${available} available at ledger ${seq}, where ${due} were`];
  });
}
