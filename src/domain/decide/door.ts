import type { TicketWish } from "../command.ts";
import type { UserId } from "../ids.ts";
import type { Refusal, RefusalFacts, RefusalReason } from "../refusal.ts";
import { availableIn, type EventState, type Tier, type World } from "../state.ts";

/** What the sale as a whole looks like from outside. */
export type SaleView = Pick<EventState, "status" | "saleStatus">;

/** Why nobody can buy at the moment; null where they can. */
export function closedDoor(state: SaleView): Refusal | null {
  if (state.status === "cancelled") return refusal("EventCancelled");
  if (state.status === "completed") return refusal("EventOver");
  if (state.saleStatus === "scheduled") return refusal("SaleNotStarted");
  if (state.saleStatus === "closed") return refusal("SaleClosed");
  return null;
}

/** Whether so many more tickets would be more than one booking or one person may have. */
export function limitRefusal(
  { state, tickets }: World,
  { userId, quantity }: { readonly userId: UserId; readonly quantity: number },
): Refusal | null {
  if (quantity > state.ticketsPerBookingMax) {
    return refusal("QuantityAboveBookingLimit", {
      limit: state.ticketsPerBookingMax,
      requestedQuantity: quantity,
    });
  }
  return personLimitRefusal({ state, tickets }, { userId, quantity });
}

/** Whether so many more tickets would be more than one person may have. */
export function personLimitRefusal(
  { state, tickets }: Pick<World, "state" | "tickets">,
  { userId, quantity }: { readonly userId: UserId; readonly quantity: number },
): Refusal | null {
  if (state.ticketsPerUserMax === null) return null;
  const owned = tickets.get(userId) ?? 0;
  if (owned + quantity <= state.ticketsPerUserMax) return null;
  return refusal("UserLimitExceeded", { limit: state.ticketsPerUserMax, owned, requestedQuantity: quantity });
}

/** The position of the tier asked for; the cheapest one that is open to all where none was; -1 where it does not exist. */
export function tierPosition(tiers: readonly PricedTier[], name: string | undefined): number {
  if (name !== undefined) return tiers.findIndex((tier) => tier.name === name);
  let best = -1;
  for (const [at, tier] of tiers.entries()) {
    if (tier.isRestricted) continue;
    if (best < 0 || tier.priceMinor < (tiers[best] as PricedTier).priceMinor) best = at;
  }
  return best;
}

type PricedTier = Pick<Tier, "name" | "priceMinor" | "isRestricted">;

/** The tiers with what is left of each, for a buyer to choose another. */
export function offerOf(tiers: readonly Tier[]): NonNullable<RefusalFacts["tiers"]> {
  return tiers
    .filter(({ isRestricted }) => !isRestricted)
    .map((tier) => ({ tier: tier.name, available: availableIn(tier), priceMinor: tier.priceMinor }));
}

export function tierNotFound(tiers: readonly Tier[], { tier = "" }: Pick<TicketWish, "tier">): Refusal {
  return refusal("TierNotFound", { tier, tiers: offerOf(tiers) });
}

export function refusal(reason: RefusalReason, facts: RefusalFacts = {}): Refusal {
  return { reason, facts };
}
