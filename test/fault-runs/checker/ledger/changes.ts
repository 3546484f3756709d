import type { LedgerEntry } from "../../../../src/domain/ledger.ts";
import type { Outcome, Tickets } from "../../../../src/domain/outcome.ts";

/** A booking that has tickets at some point of a ledger. */
export interface Live {
  readonly bookingId: string;
  readonly userId: string;
  readonly tier: number;
  readonly quantity: number;
  readonly seats: readonly number[];
  readonly status: "held" | "confirmed";
  readonly unitPriceMinor: number;
  /** The waitlist entry that a hold is an offer to. */
  readonly entryId: string | null;
  readonly paymentId: string | null;
}

/** What one outcome did to one booking; `before` and `after` are null where it had, or has, no tickets. */
export interface Change {
  readonly outcome: Outcome;
  readonly before: Live | null;
  readonly after: Live | null;
}

/**
 * Walks a ledger and tells what every outcome did to the bookings, by what the outcomes say and nothing else: the
 * product's own way of applying them is not asked, because it is what is being checked. Impossible outcomes do not
 * throw; whoever looks at legality (I9, I11) sees them by `before`.
 */
export class Bookings {
  readonly live = new Map<string, Live>();
  /** Whose each seat is that somebody has. */
  readonly owners = new Map<number, string>();

  /** The changes of one entry, in order; those outcomes that concern no tickets are left out. */
  take({ decision }: LedgerEntry): Change[] {
    return decision.flatMap((outcome) => this.hear(outcome) ?? []);
  }

  /** What one outcome did; null where it concerns no tickets. */
  hear(outcome: Outcome): Change | null {
    const bookingId = bookingOf(outcome);
    if (bookingId === null) return null;
    const before = this.live.get(bookingId) ?? null;
    const after = afterOf(outcome, before);
    for (const seat of before?.seats ?? []) if (this.owners.get(seat) === bookingId) this.owners.delete(seat);
    for (const seat of after?.seats ?? []) this.owners.set(seat, bookingId);
    if (after === null) this.live.delete(bookingId);
    else this.live.set(bookingId, after);
    return { outcome, before, after };
  }
}

/** The booking whose tickets an outcome is about; null where it is about none. */
function bookingOf(outcome: Outcome): string | null {
  switch (outcome.type) {
    case "BookingConfirmed":
    case "BookingHeld":
    case "OfferMade":
    case "HoldExpired":
    case "BookingCancelled":
    case "BookingReduced":
    case "BookingTransferred":
    case "TicketsExchanged":
    case "TicketCheckedIn":
      return outcome.bookingId;
    default:
      return null;
  }
}

function afterOf(outcome: Outcome, before: Live | null): Live | null {
  switch (outcome.type) {
    case "BookingConfirmed":
      return made(outcome, { status: "confirmed", entryId: null, paymentId: outcome.paymentId ?? null });
    case "BookingHeld":
      return made(outcome, { status: "held", entryId: null, paymentId: null });
    case "OfferMade":
      return made(outcome, { status: "held", entryId: outcome.entryId, paymentId: null });
    case "HoldExpired":
    case "BookingCancelled":
      return null;
    case "BookingReduced":
      return before && reduced(before, outcome);
    case "BookingTransferred":
      return before && { ...before, userId: outcome.toUserId };
    case "TicketsExchanged": {
      const { tier, seats = [], unitPriceMinor } = outcome;
      return before && { ...before, tier, seats, unitPriceMinor };
    }
    default:
      return before;
  }
}

function made(
  { bookingId, userId, tier, quantity, seats = [], unitPriceMinor }: Tickets & { unitPriceMinor: number },
  rest: Pick<Live, "status" | "entryId" | "paymentId">,
): Live {
  return { bookingId, userId, tier, quantity, seats, unitPriceMinor, ...rest };
}

function reduced(before: Live, { quantity, seats = [] }: Tickets): Live {
  const gone = new Set(seats);
  const left = before.seats.filter((seat) => !gone.has(seat));
  return { ...before, quantity: before.quantity - quantity, seats: left };
}
