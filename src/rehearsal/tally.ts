import type { Command, CreateEvent } from "../domain/command.ts";
import type { BookingId } from "../domain/ids.ts";
import type { Decision, Outcome } from "../domain/outcome.ts";

/** Requests for tickets that came to the same. */
export interface Came {
  requests: number;
  tickets: number;
}

export interface TierTally {
  /** Tickets of confirmed bookings that stand. */
  sold: number;
  /** What tickets were sold for, and what of it was given back, in minor units. */
  grossMinor: number;
  refundedMinor: number;
}

/** Holds of one kind. */
export interface Kept {
  made: number;
  paid: number;
  expired: number;
  cancelled: number;
}

/** A request for tickets that is no refusal came to one of these; what else there is, are reasons of refusals. */
export const GRANTED = ["confirmed", "held", "waitlisted"] as const;

/**
 * Counts what a row of decisions comes to, be it a ledger's or a rehearsal's: both are counted by the same rules, so
 * that they can be compared.
 */
export class Tally {
  /** Requests for tickets by what they came to: `GRANTED`, or why they were refused. */
  readonly came = new Map<string, Came>();
  /** By position. */
  readonly tiers: TierTally[] = [];
  /** Tickets kept for buyers, and what became of that. */
  readonly holds: Kept = { made: 0, paid: 0, expired: 0, cancelled: 0 };
  /** The same for those who had waited. */
  readonly offers: Kept = { made: 0, paid: 0, expired: 0, cancelled: 0 };
  readonly waitlist = { joined: 0, left: 0 };
  readonly bookings = { confirmed: 0, cancelled: 0 };
  readonly #offers = new Set<BookingId>();

  get grossMinor(): number {
    return this.tiers.reduce((sum, { grossMinor }) => sum + grossMinor, 0);
  }

  get refundedMinor(): number {
    return this.tiers.reduce((sum, { refundedMinor }) => sum + refundedMinor, 0);
  }

  /** @returns what the decision brought in money, in minor units */
  take(command: Command | CreateEvent, decision: Decision): number {
    if (command.type === "BookTickets") this.request(cameTo(decision), command.quantity);
    let minor = 0;
    for (const outcome of decision) minor += this.#count(outcome);
    return minor;
  }

  /** Counts a request for tickets. */
  request(what: string, tickets: number): void {
    const came = this.came.get(what);
    if (came === undefined) this.came.set(what, { requests: 1, tickets });
    else {
      came.requests += 1;
      came.tickets += tickets;
    }
  }

  #count(outcome: Outcome): number {
    switch (outcome.type) {
      case "BookingConfirmed":
        if (outcome.wasHeld) this.#kept(outcome.bookingId).paid += 1;
        this.bookings.confirmed += 1;
        return this.#sell(outcome.tier, outcome.quantity, outcome.unitPriceMinor * outcome.quantity);
      case "BookingHeld":
        this.holds.made += 1;
        return 0;
      case "OfferMade":
        this.offers.made += 1;
        this.#offers.add(outcome.bookingId);
        return 0;
      case "HoldExpired":
        this.#kept(outcome.bookingId).expired += 1;
        return 0;
      case "BookingCancelled":
        if (outcome.wasHeld) {
          this.#kept(outcome.bookingId).cancelled += 1;
          return 0;
        }
        this.bookings.cancelled += 1;
        return this.#giveBack(outcome.tier, outcome.quantity, outcome.refundMinor);
      case "BookingReduced":
        return this.#giveBack(outcome.tier, outcome.quantity, outcome.refundMinor);
      case "TicketsExchanged":
        this.#tier(outcome.from.tier).sold -= outcome.quantity;
        this.#tier(outcome.tier).sold += outcome.quantity;
        return this.#giveBack(outcome.tier, 0, outcome.refundMinor);
      case "WaitlistJoined":
        this.waitlist.joined += 1;
        return 0;
      case "WaitlistLeft":
        this.waitlist.left += 1;
        return 0;
      default:
        return 0;
    }
  }

  /** Whose count a hold's end belongs to. */
  #kept(id: BookingId): Kept {
    return this.#offers.has(id) ? this.offers : this.holds;
  }

  #sell(tier: number, quantity: number, minor: number): number {
    const sold = this.#tier(tier);
    sold.sold += quantity;
    sold.grossMinor += minor;
    return minor;
  }

  #giveBack(tier: number, quantity: number, minor: number): number {
    const of = this.#tier(tier);
    of.sold -= quantity;
    of.refundedMinor += minor;
    return -minor;
  }

  #tier(position: number): TierTally {
    while (this.tiers.length <= position) this.tiers.push({ sold: 0, grossMinor: 0, refundedMinor: 0 });
    return this.tiers[position] as TierTally;
  }
}

/** What a request for tickets came to, in one word. */
export function cameTo([head]: Decision): string {
  switch (head.type) {
    case "BookingConfirmed":
      return "confirmed";
    case "BookingHeld":
      return "held";
    case "WaitlistJoined":
      return "waitlisted";
    case "BookingRejected":
      return head.reason;
    default:
      throw new Error(`invariant: a request for tickets came to ${head.type}`);
  }
}
