import type { Outcome, WaitlistJoined } from "../../../../src/domain/outcome.ts";
import { LeastTree } from "./least.ts";
import { availableOf, type Stock, type TierStock } from "./stock.ts";

/** The declared rule: who has more is served first. */
const RANKS = ["vip", "premium", "basic"] as const;
/** The declared rule: so often others may be served before a party at the head; then stock is kept for it. */
const PASSED_OVER_MAX = 10;

/** Somebody who waits, in the order of service: by rank, then by number. */
export interface Waiting {
  readonly entryId: string;
  readonly userId: string;
  readonly quantity: number;
  readonly rank: number;
  /** How many had joined before, of all ranks. */
  readonly number: number;
  /** Positions of tiers that suit; null: any. */
  readonly tiers: readonly number[] | null;
  passedOver: number;
}

/** Those of one rank who accept the same tiers. */
interface Shelf {
  readonly tiers: readonly number[] | null;
  readonly entries: Waiting[];
  readonly quantities: LeastTree;
}

/** An event's waitlist as its ledger tells it. */
export class Line {
  readonly #stock: Stock;
  readonly #byRank = RANKS.map(() => new Map<string, Waiting>());
  readonly #shelves = new Map<string, Shelf>();
  readonly #places = new Map<string, { readonly shelf: Shelf; readonly at: number }>();
  #joined = 0;

  /** @param stock of the same ledger, to be told of an outcome after the line was */
  constructor(stock: Stock) {
    this.#stock = stock;
  }

  get head(): Waiting | null {
    for (const rank of this.#byRank) for (const one of rank.values()) return one;
    return null;
  }

  find(entryId: string): Waiting | null {
    const place = this.#places.get(entryId);
    return place?.shelf.entries[place.at] ?? null;
  }

  hear(outcome: Outcome): void {
    this.#passOver(outcome);
    switch (outcome.type) {
      case "WaitlistJoined":
        this.#join(outcome);
        return;
      case "WaitlistLeft":
      case "OfferMade":
        this.#leave(outcome.entryId);
        return;
      case "EventCancelled":
      case "EventCompleted":
        for (const entryId of [...this.#places.keys()]) this.#leave(entryId);
        return;
      default:
    }
  }

  /** Whether a tier's stock is kept for the party at the head. */
  isKept(position: number, forUser: string | null): boolean {
    const { head } = this;
    if (head === null || head.passedOver < PASSED_OVER_MAX || head.userId === forUser) return false;
    return this.#couldServe(head, position);
  }

  /** Whether anything at all is kept for the party at the head. */
  get keepsAny(): boolean {
    return this.#stock.tiers.some((_, at) => this.isKept(at, null));
  }

  /** The first in the line for whom there are tickets; null where there is nobody. */
  firstServable(): Waiting | null {
    let first: Waiting | null = null;
    for (const { tiers, entries, quantities } of this.#shelves.values()) {
      const one = entries[quantities.firstUpTo(this.#most(tiers, (at) => !this.isKept(at, null)))];
      if (one !== undefined && (first === null || isBefore(one, first))) first = one;
    }
    const { head } = this;
    // Nothing is kept from the head itself.
    return head !== null && this.#most(head.tiers, () => true) >= head.quantity ? head : first;
  }

  /** The most tickets that one of these tiers has left. */
  #most(tiers: readonly number[] | null, isOpen: (at: number) => boolean): number {
    let most = 0;
    for (const [at, tier] of this.#stock.tiers.entries()) {
      if (suits(tiers, at, tier) && isOpen(at)) most = Math.max(most, availableOf(tier));
    }
    return most;
  }

  #couldServe({ tiers, quantity }: Waiting, position: number): boolean {
    const tier = this.#stock.tiers[position];
    return tier !== undefined && suits(tiers, position, tier) && tier.capacity - tier.blocked >= quantity;
  }

  /** Somebody else is given tickets that the head could have had. */
  #passOver(outcome: Outcome): void {
    const { head } = this;
    if (head === null || !isTaking(outcome) || outcome.userId === head.userId) return;
    const before = this.#stock.bookings.live.get(outcome.bookingId);
    if (before?.status === "held" || before?.tier === outcome.tier) return;
    if (this.#couldServe(head, outcome.tier)) head.passedOver += 1;
  }

  #join({ entryId, userId, quantity, priority, tiers }: WaitlistJoined): void {
    const rank = RANKS.indexOf(priority);
    this.#joined += 1;
    const one: Waiting = { entryId, userId, quantity, rank, number: this.#joined, tiers, passedOver: 0 };
    const name = `${rank} ${tiers === null ? "any" : tiers.toSorted().join()}`;
    const shelf = this.#shelves.get(name) ?? { tiers, entries: [], quantities: new LeastTree() };
    this.#shelves.set(name, shelf);
    this.#byRank[rank]?.set(entryId, one);
    shelf.entries.push(one);
    this.#places.set(entryId, { shelf, at: shelf.quantities.add(quantity) });
  }

  #leave(entryId: string): void {
    const place = this.#places.get(entryId);
    if (place === undefined) return;
    place.shelf.quantities.remove(place.at);
    this.#places.delete(entryId);
    for (const rank of this.#byRank) rank.delete(entryId);
  }
}

export function isBefore(one: Waiting, other: Waiting): boolean {
  return one.rank === other.rank ? one.number < other.number : one.rank < other.rank;
}

function suits(tiers: readonly number[] | null, at: number, { isRestricted }: TierStock): boolean {
  return !isRestricted && (tiers === null || tiers.includes(at));
}

function isTaking(
  outcome: Outcome,
): outcome is Extract<
  Outcome,
  { type: "BookingConfirmed" | "BookingHeld" | "OfferMade" | "TicketsExchanged" }
> {
  return ["BookingConfirmed", "BookingHeld", "OfferMade", "TicketsExchanged"].includes(outcome.type);
}
