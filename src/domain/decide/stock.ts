import type { TicketWish } from "../command.ts";
import type { EntryId, UserId } from "../ids.ts";
import type { Refusal } from "../refusal.ts";
import { availableIn, availableSeats, type EventState, type Tier } from "../state.ts";
import { type Entry, headOf, inOrder, PASSED_OVER_MAX, suits } from "../waitlist.ts";
import { offerOf, refusal } from "./door.ts";

/** Whether a tier has so many tickets. `available` where it is not what the counters say. */
export function stockRefusal(
  stock: { readonly tiers: readonly Tier[] },
  { quantity }: Pick<TicketWish, "quantity">,
  tier: Tier,
  available = availableIn(tier),
): Refusal | null {
  if (quantity <= available) return null;
  const facts = { availableSeats: available, requestedQuantity: quantity };
  if (availableSeats(stock) === 0) return refusal("SoldOut", facts);
  return refusal("SeatsExceedAvailable", { ...facts, tier: tier.name, tiers: offerOf(stock.tiers) });
}

/**
 * Whether this tier's stock is kept for the party at the head, which was passed over too often. A tier that could not
 * serve it even with nothing sold is not kept: it would stand empty for nothing.
 */
export function isKeptForHead(state: EventState, tier: number, forUser: UserId | null): boolean {
  const head = headOf(state.line);
  if (head === null || head.passedOver < PASSED_OVER_MAX || head.userId === forUser) return false;
  return couldServe(state, head, tier);
}

/**
 * Whether what is free of a tier is for somebody who waits for it and is not being served: while the sale is paused, and
 * while a long line is still to be served.
 */
export function isPromised(
  { line, isPaused, isLineUnserved }: EventState,
  tier: number,
  forUser: UserId,
): boolean {
  if (!isPaused && !isLineUnserved) return false;
  for (const entry of inOrder(line)) if (entry.userId !== forUser && suits(entry, tier)) return true;
  return false;
}

function couldServe({ tiers }: EventState, head: Entry, tier: number): boolean {
  const { capacity, blocked, isRestricted } = tiers[tier] as Tier;
  return suits(head, tier) && !isRestricted && capacity - blocked >= head.quantity;
}

/** The party at the head, where somebody else now gets what it waits for. */
export function passedOver(
  state: EventState,
  tier: number,
  forUser: UserId,
): { readonly passedOver?: EntryId } {
  const head = headOf(state.line);
  if (head === null || head.userId === forUser) return {};
  return couldServe(state, head, tier) ? { passedOver: head.id } : {};
}
