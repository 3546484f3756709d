import type { z } from "zod";
import type { TierDraft } from "../../domain/event-draft.ts";
import type { createEventBody } from "../schemas/events.ts";
import { malformed } from "../validate.ts";
import { expectDistinct, minor } from "./fields.ts";
import type { SeatPlan } from "./seating.ts";

type Body = Pick<z.output<typeof createEventBody>, "price" | "price_tiers" | "total_capacity">;
type StatedTier = NonNullable<Body["price_tiers"]>[number];

const GENERAL = "General";

/** The tiers of an event without seats. @throws ApiError where the request contradicts itself. */
export function openTiers(body: Body, currency: string): TierDraft[] {
  const { price, price_tiers: stated, total_capacity: total } = body;
  if (stated === undefined) {
    if (price === undefined) throw malformed("price", "is required, or price_tiers");
    if (total === undefined) throw malformed("total_capacity", "is required, or price_tiers");
    return [{ name: GENERAL, priceMinor: minor("price", price, currency), capacity: total }];
  }
  if (price !== undefined && price !== Math.min(...stated.map((tier) => tier.price))) {
    throw malformed("price", "differs from the cheapest of price_tiers; leave it out");
  }
  expectDistinct(stated);
  const tiers = stated.map((tier, at) => openTier(tier, at, currency));
  const capacity = capacityOf(tiers);
  if (total !== undefined && total !== capacity) {
    throw malformed("total_capacity", `differs from the sum of price_tiers, ${capacity}; leave it out`);
  }
  return tiers;
}

/**
 * The tiers of an event with seats: those of its sections, then those of `price_tiers` that have none, then `General`
 * for what `total_capacity` has beyond them, where there is a `price` for it.
 * @throws ApiError where the request contradicts itself.
 */
export function mixedTiers(body: Body, plan: SeatPlan, currency: string): TierDraft[] {
  const { price, price_tiers: stated = [], total_capacity: total } = body;
  expectDistinct(stated);
  const seated = plan.tiers.map((tier) => seatedTier(tier, body, currency));
  const open = stated.flatMap((tier, at) =>
    seated.some(({ name }) => name === tier.tier) ? [] : [openTier(tier, at, currency)],
  );
  const tiers = [...seated, ...open];
  const rest = total === undefined ? 0 : total - capacityOf(tiers);
  if (rest < 0) {
    throw malformed(
      "total_capacity",
      `is less than the ${capacityOf(tiers)} of seats and price_tiers together`,
    );
  }
  if (rest === 0) expectUsed(price, body, plan);
  if (rest === 0 || price === undefined) return tiers;
  if (tiers.some(({ name }) => name === GENERAL)) {
    throw malformed("total_capacity", `leaves ${rest} for a tier "${GENERAL}", but there is one already`);
  }
  return [...tiers, { name: GENERAL, priceMinor: minor("price", price, currency), capacity: rest }];
}

/** A price that no tier takes must not be lost in silence. */
function expectUsed(
  price: number | undefined,
  { price_tiers: stated = [] }: Body,
  { tiers }: SeatPlan,
): void {
  if (price === undefined) return;
  const prices = tiers.map(
    (tier) => tier.price ?? stated.find((one) => one.tier === tier.name)?.price ?? price,
  );
  if (Math.min(...prices, ...stated.map((tier) => tier.price)) === price) return;
  throw malformed("price", "is the price of no tier, and total_capacity leaves none for it; leave it out");
}

/** How many of `total_capacity` are in no tier, for want of a price, and so are not on sale. */
export function unsoldOf({ total_capacity: total }: Body, tiers: readonly TierDraft[]): number {
  return total === undefined ? 0 : total - capacityOf(tiers);
}

function openTier(
  { tier, price, capacity, restricted }: StatedTier,
  at: number,
  currency: string,
): TierDraft {
  if (capacity === undefined) throw malformed(`price_tiers.${at}.capacity`, "is required: a whole number");
  return {
    name: tier,
    priceMinor: minor("price_tiers", price, currency),
    capacity,
    ...(restricted ? { isRestricted: true } : {}),
  };
}

/** A tier of seats; `price_tiers` may state its price, or that it is restricted. */
function seatedTier(
  { name, seats, price }: SeatPlan["tiers"][number],
  body: Body,
  currency: string,
): TierDraft {
  const stated = body.price_tiers?.find(({ tier }) => tier === name);
  if (stated?.capacity !== undefined && stated.capacity !== seats) {
    throw malformed(
      "price_tiers",
      `gives tier "${name}" another capacity than its ${seats} seats; leave it out`,
    );
  }
  if (stated !== undefined && price !== undefined && stated.price !== price) {
    throw malformed("price_tiers", `gives tier "${name}" another price than its sections, ${price}`);
  }
  const amount = price ?? stated?.price ?? body.price;
  if (amount === undefined) {
    throw malformed("seat_configuration", `has no price for tier "${name}"; 0 where its seats cost nothing`);
  }
  return {
    name,
    priceMinor: minor("seat_configuration", amount, currency),
    capacity: seats,
    isSeated: true,
    ...(stated?.restricted ? { isRestricted: true } : {}),
  };
}

function capacityOf(tiers: readonly TierDraft[]): number {
  return tiers.reduce((sum, { capacity }) => sum + capacity, 0);
}
