import type { Outcome } from "../../../../src/domain/outcome.ts";
import { decidedRequests } from "../decided.ts";
import type { EventBooks, Evidence } from "../evidence.ts";
import { isForWant } from "../for-want.ts";
import { type Judgement, judged, notJudged } from "../judgement.ts";

/** How far two readings of one machine's clocks may be apart. */
const CLOCK_MS_MAX = 250;
/** So long a turn may last between reading its clock and taking its mail: its transaction is ended then. */
const TURN_MS_MAX = 5_000;

/** Holds in the ledger, what clients saw of them and when, and whether the ledger's times are the database's at all. */
export function judgeExpiry(evidence: Evidence): Judgement {
  const { events } = evidence;
  const violations = [...events.flatMap(inLedger), ...seenEarly(evidence), ...foreignClock(evidence)];
  const hasHolds = events.some(({ ledger }) =>
    ledger.some(({ decision }) =>
      decision.some(({ type }) => type === "BookingHeld" || type === "OfferMade"),
    ),
  );
  return hasHolds ? judged(violations) : notJudged("nothing was held", violations);
}

interface Hold {
  expiresAt: number;
  openPayment: string | null;
}

function inLedger({ eventId, ledger }: EventBooks): string[] {
  const holds = new Map<string, Hold>();
  const ended = new Map<string, number>();
  return ledger.flatMap((entry) => {
    const { seq, decision, decidedAt } = entry;
    const wrongs = [leftBehind(entry, holds)];
    for (const outcome of decision) {
      wrongs.push(wrongWith(outcome, { holds, ended, decidedAt }));
      hear(outcome, seq, holds, ended);
    }
    return wrongs.flatMap((wrong) => (wrong === null ? [] : [`event ${eventId}, ledger ${seq}: ${wrong}`]));
  });
}

/** Nobody is told that there are no tickets while some are held by nobody any more. */
function leftBehind(entry: EventBooks["ledger"][number], holds: ReadonlyMap<string, Hold>): string | null {
  if (entry.command.type !== "BookTickets" || !isForWant(entry)) return null;
  const lapsed = [...holds.values()].filter(
    ({ expiresAt, openPayment }) => openPayment === null && expiresAt <= entry.decidedAt,
  );
  return lapsed.length === 0
    ? null
    : `booking ${entry.command.id} went without tickets while ${lapsed.length} holds were past their end`;
}

function wrongWith(
  outcome: Outcome,
  known: {
    readonly holds: ReadonlyMap<string, Hold>;
    readonly ended: ReadonlyMap<string, number>;
    readonly decidedAt: number;
  },
): string | null {
  const { holds, ended, decidedAt } = known;
  if (outcome.type === "BookingConfirmed") {
    const at = ended.get(outcome.bookingId);
    return at === undefined
      ? null
      : `booking ${outcome.bookingId} is confirmed, which expired at ledger ${at}`;
  }
  if (outcome.type !== "HoldExpired") return null;
  const { bookingId } = outcome;
  const before = ended.get(bookingId);
  if (before !== undefined) return `hold ${bookingId} expires a second time, first at ledger ${before}`;
  const held = holds.get(bookingId);
  if (held === undefined) return `${bookingId} expires and is no hold`;
  if (held.openPayment !== null)
    return `hold ${bookingId} expires while payment ${held.openPayment} is undecided`;
  return decidedAt < held.expiresAt
    ? `hold ${bookingId} expires ${held.expiresAt - decidedAt} ms before its time`
    : null;
}

function hear(outcome: Outcome, seq: number, holds: Map<string, Hold>, ended: Map<string, number>): void {
  switch (outcome.type) {
    case "BookingHeld":
    case "OfferMade":
      holds.set(outcome.bookingId, { expiresAt: outcome.expiresAt, openPayment: null });
      return;
    case "HoldExpired":
      if (!ended.has(outcome.bookingId)) ended.set(outcome.bookingId, seq);
      holds.delete(outcome.bookingId);
      return;
    case "BookingConfirmed":
    case "BookingCancelled":
      holds.delete(outcome.bookingId);
      return;
    case "PaymentRequested": {
      const held = holds.get(outcome.bookingId);
      if (held !== undefined) held.openPayment = outcome.paymentId;
      return;
    }
    case "PaymentFailed":
    case "PaymentCaptured": {
      const held = holds.get(outcome.bookingId);
      if (held?.openPayment !== outcome.paymentId) return;
      held.openPayment = null;
      if (outcome.type === "PaymentFailed") held.expiresAt = outcome.expiresAt ?? held.expiresAt;
      return;
    }
    default:
  }
}

/** A client that found a hold expired before the time it had been told, both by the database's clock. */
function seenEarly({ history, clock }: Evidence): string[] {
  const promised = new Map<string, number>();
  for (const { done } of history.attempts) {
    const { booking, state, expiresAt } = done?.body ?? {};
    if (booking === undefined || state !== "pending" || expiresAt === undefined) continue;
    promised.set(booking, Math.min(expiresAt, promised.get(booking) ?? Number.POSITIVE_INFINITY));
  }
  return history.attempts.flatMap(({ invoke, done }) => {
    const { booking, state } = done?.body ?? {};
    const until = promised.get(booking ?? "");
    if (done === null || state !== "expired" || until === undefined) return [];
    const earlyMs = until - (done.at - clock.at + clock.databaseMs);
    return earlyMs > CLOCK_MS_MAX
      ? [
          `booking ${booking} was found expired (operation ${invoke.id}) ${Math.round(earlyMs)} ms before its time`,
        ]
      : [];
  });
}

/** A decision that a client waited for was made between its asking and its answer. */
function foreignClock(evidence: Evidence): string[] {
  const { clock, events } = evidence;
  const onDatabase = (at: number) => at - clock.at + clock.databaseMs;
  const created = new Set(events.map(({ ledger }) => ledger[0]?.command.id));
  return decidedRequests(evidence).flatMap(({ entry, sentAt, decisionSeenAt, request }) => {
    if (created.has(entry.command.id)) return [];
    const earlyMs = onDatabase(sentAt) - entry.decidedAt;
    const lateMs = entry.decidedAt - onDatabase(decisionSeenAt);
    if (earlyMs > TURN_MS_MAX + CLOCK_MS_MAX) {
      return [
        `${request.name} was decided ${Math.round(earlyMs)} ms before it was sent, says ledger ${entry.seq}`,
      ];
    }
    return lateMs > CLOCK_MS_MAX
      ? [`${request.name} was decided ${Math.round(lateMs)} ms after its answer, says ledger ${entry.seq}`]
      : [];
  });
}
