import type { Outcome } from "../../../../src/domain/outcome.ts";
import type { Note } from "../../history/entry.ts";
import { notesOf } from "../../history/history-reader.ts";
import type { Evidence } from "../evidence.ts";
import { type Judgement, judged, notJudged } from "../judgement.ts";

type Push = Extract<Note, { what: "push" }>;

/**
 * By listener: live or caught up, everything that the ledger owed to the person, nothing else, and live only once. When all
 * is healed every one of them can catch up.
 */
export function judgePushes(evidence: Evidence): Judgement {
  const { history } = evidence;
  const owed = owedPushes(evidence);
  const pushes = Map.groupBy(notesOf(history, "push"), ({ listener }) => listener);
  const begun = Map.groupBy(notesOf(history, "listening"), ({ listener }) => listener);
  const caughtUp = Map.groupBy(notesOf(history, "caughtUp"), ({ listener }) => listener);
  const violations = notesOf(history, "leftBehind").map(
    ({ listener, event }) => `listener ${listener} of event ${event} could not catch up in the end`,
  );
  let isShown = false;
  for (const [listener, notes] of begun) {
    const heard = pushes.get(listener) ?? [];
    const { user, event } = notes[0] as (typeof notes)[number];
    const own = owed.get(`${event} ${user}`) ?? [];
    const from = Math.min(...notes.map(({ fromSeq }) => fromSeq));
    const to = Math.max(
      0,
      ...(caughtUp.get(listener) ?? []).filter(({ complete }) => complete).map(({ seq }) => seq),
    );
    isShown ||= to > 0;
    violations.push(...missing(listener, own, heard, { from, to }), ...wrong(listener, own, heard));
  }
  return isShown ? judged(violations) : notJudged("no listener caught up", violations);
}

interface Owed {
  readonly seq: number;
  readonly name: string;
}

/** By event and person, what the ledger says has to be pushed. */
function owedPushes({ events }: Evidence): ReadonlyMap<string, Owed[]> {
  const owed = new Map<string, Owed[]>();
  for (const { eventId, ledger } of events) {
    for (const { seq, decision } of ledger) {
      for (const outcome of decision) {
        const push = pushOf(outcome);
        if (push === null) continue;
        const to = `${eventId} ${push.user}`;
        const own = owed.get(to) ?? [];
        own.push({ seq, name: push.name });
        owed.set(to, own);
      }
    }
  }
  return owed;
}

/** What people are told in person, as the AsyncAPI document names it. */
function pushOf(outcome: Outcome): { readonly user: string; readonly name: string } | null {
  switch (outcome.type) {
    case "BookingConfirmed":
      return { user: outcome.userId, name: "booking_confirmed" };
    case "BookingHeld":
      return { user: outcome.userId, name: "booking_pending" };
    case "OfferMade":
      return { user: outcome.userId, name: "waitlist_promoted" };
    case "HoldExpired":
      return { user: outcome.userId, name: "booking_expired" };
    case "BookingCancelled":
    case "BookingReduced":
      return { user: outcome.userId, name: "booking_cancelled" };
    case "BookingTransferred":
      return { user: outcome.toUserId, name: "booking_confirmed" };
    case "BookingRejected":
      return {
        user: outcome.userId,
        name: outcome.reason === "Withdrawn" ? "booking_cancelled" : "booking_rejected",
      };
    case "WaitlistJoined":
      return { user: outcome.userId, name: "booking_waitlisted" };
    default:
      return null;
  }
}

function missing(
  listener: number,
  owed: readonly Owed[],
  heard: readonly Push[],
  { from, to }: { readonly from: number; readonly to: number },
): string[] {
  const have = new Set(heard.map(nameOf));
  return owed
    .filter(({ seq }) => seq > from && seq <= to)
    .filter((push) => !have.has(nameOf(push)))
    .map(
      ({ name, seq }) =>
        `listener ${listener} never heard ${name} of ledger ${seq}, though it caught up to ${to}`,
    );
}

function nameOf({ name, seq }: Owed): string {
  return `${name} ${seq}`;
}

/** Of pushes to the person: those that nobody owed, and those that came live more often than they were owed. */
function wrong(listener: number, owed: readonly Owed[], heard: readonly Push[]): string[] {
  const due = new Map<string, number>();
  for (const push of owed) due.set(nameOf(push), (due.get(nameOf(push)) ?? 0) + 1);
  const live = new Map<string, number>();
  return heard
    .filter(
      ({ fromSeq, name }) =>
        fromSeq === null && (name.startsWith("booking_") || name === "waitlist_promoted"),
    )
    .flatMap((push) => {
      const times = due.get(nameOf(push)) ?? 0;
      if (times === 0)
        return [`listener ${listener} heard ${push.name} of ledger ${push.seq}, which owes it none`];
      if (push.isCaughtUp) return [];
      const on = `${push.connection} ${nameOf(push)}`;
      const count = (live.get(on) ?? 0) + 1;
      live.set(on, count);
      return count > times
        ? [`listener ${listener} heard ${push.name} of ledger ${push.seq} ${count} times`]
        : [];
    });
}
