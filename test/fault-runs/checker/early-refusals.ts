import type { Attempt } from "../history/history-reader.ts";
import type { Book } from "../history/op.ts";
import { commandsOf, entriesByCommand } from "./decided.ts";
import type { Evidence } from "./evidence.ts";
import type { RangeLeast } from "./range-least.ts";
import { requestsOf } from "./requests.ts";
import type { Timeline } from "./timeline.ts";

/** By tier and ledger number, what was available after that entry; at 0: before the first. */
export interface Availability {
  readonly of: ReadonlyMap<number, RangeLeast>;
  readonly positionOf: (name: string | null) => number;
}

export interface EarlyRefusal {
  readonly op: Book;
  readonly attempt: Attempt;
}

/** Refusals for want of tickets that no ledger entry stands for. Of a key's answers the first one may be any: all are looked at. */
export function earlyRefusals(evidence: Evidence): EarlyRefusal[] {
  const entries = entriesByCommand(evidence);
  const waited = new Set(
    evidence.events
      .filter(({ ledger }) => ledger.some(({ decision }) => decision[0].type === "WaitlistJoined"))
      .map(({ eventId }) => eventId),
  );
  return requestsOf(evidence).flatMap((request) => {
    const isDecided = [...commandsOf(request)].some((command) => entries.has(command));
    const [first] = request.attempts;
    if (isDecided || first === undefined) return [];
    return request.attempts.flatMap((attempt) => {
      const { op } = attempt.invoke;
      const isStock =
        attempt.done?.code === "EVENT_SOLD_OUT" || attempt.done?.code === "BOOKING_SEATS_UNAVAILABLE";
      if (op.type !== "book" || !isStock || op.seats !== null || op.bestAvailable) return [];
      // Without a key nobody knows whether it was decided, when stock may have been kept for who waits.
      if (op.key === null && waited.has(op.event)) return [];
      // A replayed refusal was made when an earlier attempt was: at the earliest when the first was sent.
      return [{ op, attempt: { ...attempt, invoke: { ...attempt.invoke, at: first.invoke.at } } }];
    });
  });
}

/** Whether a refusal cannot have been true at any number that was the last one between its request and its answer. */
export function atTheDoor(
  { op, attempt: { invoke, done } }: EarlyRefusal,
  { of, positionOf }: Availability,
  timeline: Timeline,
): string[] {
  const tier = of.get(positionOf(op.tier));
  if (tier === undefined || done === null) return [];
  const from = timeline.before(invoke.at)?.seq ?? 0;
  const to = Math.max(from, (timeline.behind(done.at)?.seq ?? Number.POSITIVE_INFINITY) - 1);
  const least = tier.least(from, to);
  return least >= op.quantity
    ? [
        `event ${op.event}: operation ${invoke.id} was refused ${op.quantity} tickets, and at every number from ${from} to ${Math.min(to, tier.last)} at least ${least} were left`,
      ]
    : [];
}
