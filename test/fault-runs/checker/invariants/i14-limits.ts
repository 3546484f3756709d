import type { Outcome } from "../../../../src/domain/outcome.ts";
import type { EventBooks, Evidence } from "../evidence.ts";
import { type Judgement, judged, notJudged } from "../judgement.ts";
import { Bookings, type Live } from "../ledger/changes.ts";

interface Limits {
  ticketsPerBookingMax: number;
  ticketsPerUserMax: number | null;
  holdsPerUserMax: number;
}

/** Nobody gets more than one person may have, and nobody is refused who would not have. */
export function judgeLimits({ events }: Evidence): Judgement {
  const isLimited = events.some(({ ledger }) =>
    ledger.some(({ decision }) =>
      decision.some((outcome) => outcome.type === "EventCreated" && outcome.draft.ticketsPerUserMax !== null),
    ),
  );
  const violations = events.flatMap(beyondLimits);
  return isLimited ? judged(violations) : notJudged("no event limited tickets per person", violations);
}

/** What persons have at some point of a ledger. */
class People {
  readonly tickets = new Map<string, number>();
  readonly holds = new Map<string, number>();

  move(before: Live | null, after: Live | null): void {
    this.#count(before, -1);
    this.#count(after, 1);
  }

  #count(one: Live | null, by: 1 | -1): void {
    if (one === null) return;
    this.tickets.set(one.userId, (this.tickets.get(one.userId) ?? 0) + by * one.quantity);
    if (one.status !== "held" || one.entryId !== null) return;
    this.holds.set(one.userId, (this.holds.get(one.userId) ?? 0) + by);
  }
}

function beyondLimits({ eventId, ledger }: EventBooks): string[] {
  const limits: Limits = {
    ticketsPerBookingMax: Infinity,
    ticketsPerUserMax: null,
    holdsPerUserMax: Infinity,
  };
  const bookings = new Bookings();
  const people = new People();
  return ledger.flatMap(({ seq, decision }) =>
    decision.flatMap((outcome) => {
      if (outcome.type === "EventCreated") take(limits, outcome.draft);
      if (outcome.type === "EventChanged") take(limits, outcome.changes);
      const refused = falselyRefused(outcome, limits, people);
      const { before = null, after = null } = bookings.hear(outcome) ?? {};
      people.move(before, after);
      const wrong = refused ?? (after === null ? null : tooMuch({ outcome, before, after }, limits, people));
      return wrong === null ? [] : [`event ${eventId}, ledger ${seq}: ${wrong}`];
    }),
  );
}

function take(limits: Limits, stated: Partial<Limits>): void {
  limits.ticketsPerBookingMax = stated.ticketsPerBookingMax ?? limits.ticketsPerBookingMax;
  limits.holdsPerUserMax = stated.holdsPerUserMax ?? limits.holdsPerUserMax;
  if (stated.ticketsPerUserMax !== undefined) limits.ticketsPerUserMax = stated.ticketsPerUserMax;
}

/** Only who gets something is looked at: a limit that is lowered takes nothing away. */
function tooMuch(
  {
    outcome,
    before,
    after,
  }: { readonly outcome: Outcome; readonly before: Live | null; readonly after: Live },
  { ticketsPerBookingMax, ticketsPerUserMax, holdsPerUserMax }: Limits,
  { tickets, holds }: People,
): string | null {
  const isNew = before === null;
  if (!isNew && outcome.type !== "BookingTransferred") return null;
  const owned = tickets.get(after.userId) ?? 0;
  if (ticketsPerUserMax !== null && owned > ticketsPerUserMax) {
    return `${after.userId} has ${owned} tickets of ${ticketsPerUserMax} that one person may have`;
  }
  const held = holds.get(after.userId) ?? 0;
  if (outcome.type === "BookingHeld" && held > holdsPerUserMax) {
    return `${after.userId} holds ${held} unpaid bookings of ${holdsPerUserMax}`;
  }
  return isNew && outcome.type !== "OfferMade" && after.quantity > ticketsPerBookingMax
    ? `booking ${after.bookingId} has ${after.quantity} tickets of ${ticketsPerBookingMax}`
    : null;
}

function falselyRefused(outcome: Outcome, limits: Limits, { tickets, holds }: People): string | null {
  if (outcome.type !== "BookingRejected") return null;
  const { userId, quantity, reason, bookingId } = outcome;
  const owned = tickets.get(userId) ?? 0;
  const isWithin = limits.ticketsPerUserMax === null || owned + quantity <= limits.ticketsPerUserMax;
  if (reason === "UserLimitExceeded" && isWithin) {
    return `booking ${bookingId} was refused for the limit of ${userId}, who has ${owned} tickets`;
  }
  const held = holds.get(userId) ?? 0;
  return reason === "HoldLimitExceeded" && held < limits.holdsPerUserMax
    ? `booking ${bookingId} was refused for the holds of ${userId}, who has ${held}`
    : null;
}
