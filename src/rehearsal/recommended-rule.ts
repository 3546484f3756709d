import { availableIn, type EventState, saleEndOf } from "../domain/state.ts";
import { recommendPrice } from "../pricing/recommend.ts";
import type { PriceMove, PricingRule, PricingView } from "./pricing-rule.ts";

const LOOK_MS_MIN = 3_600_000;
/** A look takes some milliseconds of the processor for each tier. */
const LOOKS_MAX = 200;

/** Follows the advice that organisers are given, without asking anybody: looked at every hour, less often in long sales. */
export function recommendedRule(saleFrom: number): PricingRule {
  return {
    name: "recommended",
    repeatsPriceChanges: false,
    lookEveryMs: (state) => Math.max(LOOK_MS_MIN, (saleEndOf(state) - saleFrom) / LOOKS_MAX),
    look: (view) => (isSelling(view.state) ? movesOf(view, saleFrom) : []),
  };
}

function isSelling({ status, saleStatus, isPaused }: EventState): boolean {
  return status === "active" && saleStatus === "open" && !isPaused;
}

function movesOf({ now, state, sales }: PricingView, saleFrom: number): PriceMove[] {
  const until = saleEndOf(state);
  return state.tiers.flatMap((tier, position): PriceMove[] => {
    const book = sales.of(position, now);
    const stock = availableIn(tier);
    if (book === null || stock <= 0 || book.basePriceMinor === 0 || now >= until) return [];
    const advice = recommendPrice({
      now,
      sale: { from: saleFrom, until },
      capacity: tier.capacity - tier.blocked,
      stock,
      currentPriceMinor: tier.priceMinor,
      ...book,
    });
    if (advice.action === "keep" || advice.waitsUntil !== null) return [];
    return [{ tier: tier.name, priceMinor: advice.recommendedPriceMinor }];
  });
}
