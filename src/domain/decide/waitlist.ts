import { anySeats } from "../any-seats.ts";
import type { JoinWaitlist, LeaveWaitlist } from "../command.ts";
import type { UserId } from "../ids.ts";
import type { Decision, Outcome, WaitlistJoined } from "../outcome.ts";
import { versionOf } from "../price-note.ts";
import type { Refusal } from "../refusal.ts";
import { availableIn, availableSeats, type EventState, type Hold, type Tier, type World } from "../state.ts";
import { type Entry, entryOf, headOf, PASSED_OVER_MAX, PRIORITIES, suits } from "../waitlist.ts";
import { cancelHold } from "./cancel-booking.ts";
import { closedDoor, limitRefusal, refusal, tierNotFound } from "./door.ts";
import { refuse } from "./refuse.ts";
import { isKeptForHead, isPromised, passedOver } from "./stock.ts";

/** So many offers one decision makes; the next turn goes on. */
export const OFFERS_PER_DECISION_MAX = 100;

export function joinWaitlist(world: World, command: JoinWaitlist): Decision {
  const { state } = world;
  const closed = closedDoor(state);
  if (closed !== null) return refuse(closed.reason, closed.facts);
  const tiers = command.tiers?.map((name) => state.tiers.findIndex((tier) => tier.name === name)) ?? null;
  const unknown = tiers?.indexOf(-1) ?? -1;
  if (unknown >= 0) {
    const { reason, facts } = tierNotFound(state.tiers, { tier: command.tiers?.[unknown] as string });
    return refuse(reason, facts);
  }
  const restricted = tiers?.find((at) => state.tiers[at]?.isRestricted);
  if (restricted !== undefined && tiers?.every((at) => state.tiers[at]?.isRestricted)) {
    return refuse("TierRestricted", { tier: (state.tiers[restricted] as Tier).name });
  }
  const { id, userId, quantity, priority, offerId } = command;
  const entry = { id, userId, quantity, priority, offerId, tiers };
  const outcome = joined(world, entry);
  if ("reason" in outcome) return refuse(outcome.reason, outcome.facts);
  const found = findTickets(state, entry);
  if (found !== null && !isPromised(state, found.tier, userId)) {
    return refuse("WaitlistNotNeeded", { availableSeats: availableSeats(state) });
  }
  return [outcome];
}

/** The offer that somebody has and has not answered: until then they are served. */
function offerOf({ holds }: EventState, userId: UserId): Hold | null {
  for (const hold of holds.values()) if (hold.userId === userId && hold.entryId !== null) return hold;
  return null;
}

/** A new place at the end of the line, or why there is none. */
export function joined(
  world: World,
  { id: entryId, ...entry }: Omit<Entry, "passedOver" | "owned">,
): WaitlistJoined | Refusal {
  const { state, tickets } = world;
  const { userId, quantity, tiers } = entry;
  if (entryOf(state.line, userId) !== null || offerOf(state, userId) !== null)
    return refusal("WaitlistAlreadyJoined");
  const refused = limitRefusal(world, entry);
  if (refused !== null) return refused;
  const largest = Math.max(
    0,
    ...state.tiers
      .filter((tier, at) => suits({ tiers }, at) && !tier.isRestricted)
      .map((tier) => tier.capacity),
  );
  if (quantity > largest) {
    return refusal("QuantityAboveBookingLimit", { limit: largest, requestedQuantity: quantity });
  }
  return { type: "WaitlistJoined", entryId, ...entry, owned: tickets.get(userId) ?? 0 };
}

/** Gives a place in the line up; an offer that was made meanwhile is declined, or it would keep tickets nobody wants. */
export function leaveWaitlist({ state }: World, { userId }: LeaveWaitlist): Decision {
  const entry = entryOf(state.line, userId);
  if (entry === null) {
    const offer = offerOf(state, userId);
    return offer === null ? refuse("WaitlistEntryNotFound") : cancelHold(offer, "customer");
  }
  return [{ type: "WaitlistLeft", entryId: entry.id, userId, why: "asked" }];
}

/** Whether the line is served at the moment. */
export function isServing({ status, saleStatus, isPaused }: EventState): boolean {
  return status === "active" && saleStatus === "open" && !isPaused;
}

/**
 * The next offer that the stock allows, in the order of the line. Parties are all-or-nothing: one that nothing fits
 * is passed over, but not for ever (`PASSED_OVER_MAX`). Null where nothing can be offered.
 * @param ticketsMax offers no more tickets than that
 */
export function nextOffer(state: EventState, now: number, ticketsMax: number): Outcome | null {
  const head = headOf(state.line);
  if (head === null || availableSeats(state) === 0) return null;
  // Nothing is kept for somebody who may not have it.
  if (head.passedOver >= PASSED_OVER_MAX && isBeyondLimit(state, head)) return leftAtLimit(head);
  const left = leftForLine(state);
  const most = Math.max(...left);
  for (const priority of PRIORITIES) {
    for (const entry of state.line[priority].values()) {
      const found = entry === head || mightFit(entry, left, most) ? findTickets(state, entry) : null;
      if (found === null) continue;
      if (isBeyondLimit(state, entry)) return leftAtLimit(entry);
      // What is there for this party goes to nobody behind it, only because no more may be offered now.
      return entry.quantity > ticketsMax ? null : offerTo(state, entry, found, now);
    }
  }
  return null;
}

function isBeyondLimit({ ticketsPerUserMax }: EventState, { owned, quantity }: Entry): boolean {
  return ticketsPerUserMax !== null && owned + quantity > ticketsPerUserMax;
}

function leftAtLimit({ id: entryId, userId }: Entry): Outcome {
  return { type: "WaitlistLeft", entryId, userId, why: "limit" };
}

type Found = NonNullable<ReturnType<typeof findTickets>>;

function offerTo(state: EventState, entry: Entry, found: Found, now: number): Outcome {
  const { id: entryId, userId, quantity, offerId: bookingId } = entry;
  return {
    type: "OfferMade",
    bookingId,
    userId,
    quantity,
    ...found,
    unitPriceMinor: (state.tiers[found.tier] as Tier).priceMinor,
    ...versionOf((state.tiers[found.tier] as Tier).priceVersion),
    ...passedOver(state, found.tier, userId),
    entryId,
    expiresAt: now + state.offerTtlMs,
  };
}

/** By tier, what can be offered to those behind the head. */
function leftForLine(state: EventState): number[] {
  return state.tiers.map((tier, at) =>
    tier.isRestricted || isKeptForHead(state, at, null) ? 0 : availableIn(tier),
  );
}

/** A quick look, because a long line may be gone through in which nobody is served. */
function mightFit({ quantity, tiers }: Entry, left: readonly number[], most: number): boolean {
  if (quantity > most || tiers === null) return quantity <= most;
  for (const at of tiers) if ((left[at] ?? 0) >= quantity) return true;
  return false;
}

/** Tickets that suit somebody who waits, of the cheapest tier that has enough; null where there are none. */
export function findTickets(
  state: EventState,
  entry: Pick<Entry, "userId" | "quantity" | "tiers">,
): { readonly tier: number; readonly seats?: readonly number[] } | null {
  const { tiers, seatMap } = state;
  const suited = tiers
    .map((tier, at) => ({ tier, at }))
    .filter(({ tier, at }) => suits(entry, at) && !tier.isRestricted && availableIn(tier) >= entry.quantity)
    .sort((a, b) => a.tier.priceMinor - b.tier.priceMinor);
  for (const { tier, at } of suited) {
    if (isKeptForHead(state, at, entry.userId)) continue;
    if (!tier.isSeated || seatMap === null) return { tier: at };
    const seats = anySeats(seatMap, { quantity: entry.quantity, tier: at });
    if (seats !== null) return { tier: at, seats };
  }
  return null;
}
