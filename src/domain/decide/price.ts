import type { BookTickets } from "../command.ts";
import { discounted, isUsedUp, type PromoCode } from "../promo-code.ts";
import type { Refusal } from "../refusal.ts";
import type { EventState, Tier } from "../state.ts";
import { refusal } from "./door.ts";

/** What one ticket costs with the code that was given, or why the code does not do. */
export function priceOf(
  state: EventState,
  tier: Tier,
  { promoCode }: Pick<BookTickets, "promoCode">,
  now: number,
): number | Refusal {
  if (promoCode === undefined) return tier.isRestricted ? tierRestricted(tier) : tier.priceMinor;
  const code = state.promoCodes.get(promoCode);
  if (code === undefined || !isValid(code, tier, now))
    return refusal("PromoCodeInvalid", { code: promoCode });
  if (isUsedUp(code)) return refusal("PromoCodeUsedUp", { code: promoCode, limit: code.usesMax ?? 0 });
  // A code opens a restricted tier only where it names it.
  if (tier.isRestricted && code.tiers === null) return tierRestricted(tier);
  return discounted(tier.priceMinor, code.discount);
}

function isValid(code: PromoCode, tier: Tier, now: number): boolean {
  return (
    (code.validUntil === null || now < code.validUntil) &&
    (code.tiers === null || code.tiers.includes(tier.name))
  );
}

function tierRestricted({ name }: Tier): Refusal {
  return refusal("TierRestricted", { tier: name });
}

/** A buyer pays what they were shown or is told the new price. */
export function priceRefusal(
  { tiers }: EventState,
  tier: Tier,
  unitPriceMinor: number,
  wish: Pick<BookTickets, "quantity" | "tier" | "seats" | "expectedTotalMinor" | "seenVersion">,
): Refusal | null {
  const { quantity, expectedTotalMinor, seenVersion } = wish;
  const totalMinor = unitPriceMinor * quantity;
  // Whoever named no tier was shown the cheapest, and any price that moved may have made it another one.
  const shown = wish.tier === undefined && wish.seats === undefined ? tiers : [tier];
  const moved =
    expectedTotalMinor === undefined
      ? seenVersion !== undefined && shown.some(({ pricedAt }) => pricedAt > seenVersion)
      : expectedTotalMinor !== totalMinor;
  return moved ? refusal("PriceChanged", { totalMinor }) : null;
}
