import type { LedgerEntry } from "../../../../src/domain/ledger.ts";
import type { Outcome } from "../../../../src/domain/outcome.ts";
import { type Seating, seatingOf, seatPlace } from "../../../../src/domain/seating.ts";
import { Bookings, type Change } from "./changes.ts";

/** A tier's tickets at some point of a ledger. `held` and `sold` are counted from bookings. */
export interface TierStock {
  readonly name: string;
  capacity: number;
  held: number;
  sold: number;
  blocked: number;
  priceMinor: number;
  isRestricted: boolean;
}

/** The stock of an event as its ledger tells it, entry after entry. */
export class Stock {
  readonly tiers: TierStock[] = [];
  readonly bookings = new Bookings();
  readonly blockedSeats = new Set<number>();
  readonly #touched = new Set<TierStock>();
  #seating: Seating | null = null;

  /** Counts an entry. @returns the tiers whose stock it touched */
  take({ decision }: LedgerEntry): ReadonlySet<TierStock> {
    this.#touched.clear();
    for (const outcome of decision) this.#hear(outcome);
    return this.#touched;
  }

  /** Counts one outcome of an entry. @returns what it did to a booking; null where it concerns none */
  hear(outcome: Outcome): Change | null {
    this.#touched.clear();
    return this.#hear(outcome);
  }

  available(position: number): number {
    const tier = this.tiers[position];
    return tier === undefined ? 0 : availableOf(tier);
  }

  /** The position of the tier that a wish means: the cheapest that is open to all where it names none; -1: there is none. */
  positionOf(name: string | null | undefined): number {
    if (name != null) return this.tiers.findIndex((tier) => tier.name === name);
    const open = this.tiers.filter(({ isRestricted }) => !isRestricted);
    const least = Math.min(...open.map(({ priceMinor }) => priceMinor));
    return this.tiers.findIndex((tier) => !tier.isRestricted && tier.priceMinor === least);
  }

  #hear(outcome: Outcome): Change | null {
    this.#frame(outcome);
    const change = this.bookings.hear(outcome);
    if (change === null) return null;
    this.#count(change.before, -1);
    this.#count(change.after, 1);
    return change;
  }

  #count(one: Change["before"], by: 1 | -1): void {
    const tier = one === null ? undefined : this.tiers[one.tier];
    if (one === null || tier === undefined) return;
    tier[one.status === "held" ? "held" : "sold"] += by * one.quantity;
    this.#touched.add(tier);
  }

  /** What an outcome says about tiers themselves. */
  #frame(outcome: Outcome): void {
    switch (outcome.type) {
      case "EventCreated":
        for (const tier of outcome.draft.tiers) this.#tier(tier);
        this.#seating = outcome.draft.seating == null ? null : seatingOf(outcome.draft.seating);
        return;
      case "EventChanged":
        for (const tier of outcome.changes.tiers ?? []) this.#tier(tier);
        return;
      case "SeatsBlocked":
      case "SeatsReleased":
        for (const seat of outcome.seats) this.#block(seat, outcome.type === "SeatsBlocked" ? 1 : -1);
        return;
      default:
    }
  }

  #tier(stated: TierStated): void {
    const known = this.tiers.find(({ name }) => name === stated.name);
    const tier = known ?? { name: stated.name, ...EMPTY };
    if (known === undefined) this.tiers.push(tier);
    tier.capacity = stated.capacity ?? tier.capacity;
    tier.priceMinor = stated.priceMinor ?? tier.priceMinor;
    tier.isRestricted = stated.isRestricted ?? tier.isRestricted;
    this.#touched.add(tier);
  }

  #block(seat: number, by: 1 | -1): void {
    const tier = this.#seating === null ? undefined : this.tiers[seatPlace(this.#seating, seat).tier];
    if (tier === undefined) return;
    tier.blocked += by;
    if (by > 0) this.blockedSeats.add(seat);
    else this.blockedSeats.delete(seat);
    this.#touched.add(tier);
  }
}

interface TierStated {
  readonly name: string;
  readonly capacity?: number;
  readonly priceMinor?: number;
  readonly isRestricted?: boolean;
}

const EMPTY = { capacity: 0, held: 0, sold: 0, blocked: 0, priceMinor: 0, isRestricted: false };

export function availableOf({ capacity, held, sold, blocked }: TierStock): number {
  return capacity - held - sold - blocked;
}
