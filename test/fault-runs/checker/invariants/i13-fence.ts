import type { EventBooks, Evidence, StoredEntry } from "../evidence.ts";
import { type Judgement, judged, notJudged } from "../judgement.ts";

/**
 * A turn's entries are one stretch of the ledger, written by one transaction, later than all before it; each turn passes
 * the fence, which counts it. A worker that writes after it lost its actor breaks at least one of these.
 */
export function judgeFence({ events }: Evidence): Judgement {
  const violations = events.flatMap((books) => [
    ...interleaved(books),
    ...backwards(books),
    ...unfenced(books),
  ]);
  const isTimed = events.every(({ ledger }) => ledger.every(({ committedAtUs }) => committedAtUs !== null));
  return isTimed
    ? judged(violations)
    : notJudged("the order of commits: the server keeps no commit timestamps", violations);
}

/** Stretches of entries by the same transaction. */
function turnsOf(ledger: readonly StoredEntry[]): StoredEntry[] {
  return ledger.filter(({ xmin }, at) => ledger[at - 1]?.xmin !== xmin);
}

function interleaved({ eventId, ledger }: EventBooks): string[] {
  const seen = new Map<string, number>();
  return turnsOf(ledger).flatMap(({ xmin, seq }) => {
    const before = seen.get(xmin);
    seen.set(xmin, seq);
    return before === undefined
      ? []
      : [
          `event ${eventId}: the transaction that wrote ledger ${before} wrote ledger ${seq} too, with another in between`,
        ];
  });
}

function backwards({ eventId, ledger }: EventBooks): string[] {
  return ledger.flatMap((entry, at) => {
    const before = ledger[at - 1];
    if (before === undefined) return [];
    const gap =
      entry.seq === before.seq + 1 ? [] : [`event ${eventId}: ledger ${entry.seq} follows ${before.seq}`];
    const [own, others] = [entry.committedAtUs, before.committedAtUs];
    const isLate = own !== null && others !== null && own < others;
    return isLate
      ? [
          ...gap,
          `event ${eventId}: ledger ${entry.seq} was committed ${others - own} µs before ledger ${before.seq}`,
        ]
      : gap;
  });
}

/** The first entry is the event's creation, which is no turn. */
function unfenced({ eventId, ledger, actor }: EventBooks): string[] {
  const turns = turnsOf(ledger).length - 1;
  const last = ledger.at(-1)?.seq ?? 0;
  return [
    ...(actor.version < turns
      ? [`event ${eventId}: ${turns} turns wrote to the ledger, ${actor.version} passed the fence`]
      : []),
    ...(actor.ledgerSeq === last
      ? []
      : [`event ${eventId}: the actor's ledger ends at ${actor.ledgerSeq}, the table at ${last}`]),
  ];
}
