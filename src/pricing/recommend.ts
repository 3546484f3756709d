import { type DemandBelief, expectedDemand, learnDemand } from "./demand.ts";
import { effectOf, oddsAgainst, quantile } from "./effect.ts";
import { withinRails } from "./guard-rails.ts";
import { bestPrice } from "./policy.ts";
import {
  CONFIDENCE_MIN,
  type Estimate,
  type PriceEffect,
  type PriceRails,
  type PriceRecommendation,
  type PricingInput,
  type Rail,
  RULE_VERSION,
  railsOf,
} from "./pricing.ts";
import { reasonsFor } from "./reasons.ts";
import { timeShare } from "./sale-time.ts";

/**
 * Recommends a price for one tier: learns demand from what was sold at which price, then takes the price that a dynamic
 * programme over stock and time asks for now, within the guard rails. Pure, and bounded in cost whatever the stock.
 */
export function recommendPrice(input: PricingInput): PriceRecommendation {
  const rails = railsOf(input);
  if (input.currentPriceMinor <= 0 || input.basePriceMinor <= 0) return nothingToAdvise(input, "It is free");
  if (input.stock <= 0) return nothingToAdvise(input, "Nothing is left to sell");
  if (input.now >= input.sale.until) return nothingToAdvise(input, "The sale is over");
  const belief = learnDemand(input);
  const idealMinor = idealPrice(belief, input.stock, rails);
  return advice(input, { belief, rails, idealMinor, ...sureChange(input, belief, idealMinor, rails) });
}

/** The railed price, or the present one where it is not certain enough that the change earns no less. */
function sureChange(input: PricingInput, belief: DemandBelief, idealMinor: number, rails: PriceRails) {
  const { currentPriceMinor, stock } = input;
  const { priceMinor, heldBackBy, isCurrentAllowed } = withinRails(idealMinor, currentPriceMinor, rails);
  const effect = effectOf(belief, stock, { fromMinor: currentPriceMinor, toMinor: priceMinor });
  const isSure = priceMinor === currentPriceMinor || (effect?.confidence ?? 0) >= CONFIDENCE_MIN;
  if (isSure || !isCurrentAllowed) return { priceMinor, heldBackBy, effect };
  const kept = effectOf(belief, stock, { fromMinor: currentPriceMinor, toMinor: currentPriceMinor });
  return { priceMinor: currentPriceMinor, heldBackBy: [...heldBackBy, "doubt" as const], effect: kept };
}

/** What a price of somebody's own choosing would change, kept until the end; null where nothing is left to sell. */
export function evaluatePrice(input: PricingInput, priceMinor: number): PriceEffect | null {
  if (input.currentPriceMinor <= 0 || input.basePriceMinor <= 0) return null;
  return effectOf(learnDemand(input), input.stock, {
    fromMinor: input.currentPriceMinor,
    toMinor: priceMinor,
  });
}

function idealPrice(belief: DemandBelief, stock: number, rails: PriceRails): number {
  return Math.round(
    bestPrice({
      stock,
      demand: expectedDemand(belief),
      floorMinor: Math.max(1, Math.min(rails.floorMinor, belief.basePriceMinor * REACH_MIN)),
      ceilingMinor: Math.max(rails.ceilingMinor, belief.basePriceMinor * REACH_MAX),
      ticketsPerOrder: belief.ticketsPerOrder,
    }),
  );
}

/** The policy looks this far around the base price, so that it is known when a guard rail holds it back. */
const REACH_MIN = 0.25;
const REACH_MAX = 4;

interface Considered {
  readonly belief: DemandBelief;
  readonly rails: PriceRails;
  readonly idealMinor: number;
  readonly priceMinor: number;
  readonly heldBackBy: readonly Rail[];
  readonly effect: PriceEffect | null;
}

function advice(input: PricingInput, considered: Considered): PriceRecommendation {
  const { belief, rails, idealMinor, priceMinor, effect } = considered;
  const { currentPriceMinor } = input;
  const action = priceMinor > currentPriceMinor ? "raise" : priceMinor < currentPriceMinor ? "lower" : "keep";
  const waitsUntil = action === "keep" ? null : coolDownEnd(input, rails);
  const demandLeftTickets = expectedDemand(belief)(currentPriceMinor);
  const heldBackBy: readonly Rail[] =
    waitsUntil === null ? considered.heldBackBy : [...considered.heldBackBy, "coolDown"];
  const recommended: Omit<PriceRecommendation, "reasons"> = {
    ruleVersion: RULE_VERSION,
    action,
    currentPriceMinor,
    recommendedPriceMinor: priceMinor,
    idealPriceMinor: idealMinor,
    heldBackBy,
    waitsUntil,
    confidence: action === "keep" ? confidenceInKeeping(input.stock, considered) : (effect?.confidence ?? 0),
    effect,
    factors: factorsOf(input, demandLeftTickets),
    elasticity: elasticityOf(belief),
  };
  return {
    ...recommended,
    reasons: reasonsFor({ ...recommended, demandLeftTickets, stock: input.stock }, rails),
  };
}

function coolDownEnd({ lastChangedAt, now }: PricingInput, { coolDownMs }: PriceRails): number | null {
  const end = lastChangedAt === null ? now : lastChangedAt + coolDownMs;
  return end > now ? end : null;
}

/** What a step must earn more for it to be called better. */
const BETTER_BY = 0.01;

function confidenceInKeeping(stock: number, { belief, rails, priceMinor }: Considered): number {
  const others = [priceMinor * (1 - rails.stepMax), priceMinor * (1 + rails.stepMax)];
  return oddsAgainst(belief, stock, { priceMinor, others, shareMin: 1 / (1 + BETTER_BY) });
}

function factorsOf(
  { capacity, stock, now, sale }: PricingInput,
  demandLeftTickets: number,
): PriceRecommendation["factors"] {
  return {
    demand: demandLeftTickets / Math.max(1e-9, demandLeftTickets + stock),
    availability: capacity > 0 ? Math.min(1, stock / capacity) : 0,
    timeToEvent: 1 - timeShare(sale, now),
  };
}

function elasticityOf({ possible }: DemandBelief): Estimate {
  const values = possible.map(({ elasticity, weight }) => ({ value: elasticity, weight }));
  return {
    mean: values.reduce((sum, { value, weight }) => sum + value * weight, 0),
    low: quantile(values, 0.1),
    high: quantile(values, 0.9),
  };
}

function nothingToAdvise(input: PricingInput, why: string): PriceRecommendation {
  const { currentPriceMinor } = input;
  return {
    ruleVersion: RULE_VERSION,
    action: "keep",
    currentPriceMinor,
    recommendedPriceMinor: currentPriceMinor,
    idealPriceMinor: currentPriceMinor,
    heldBackBy: [],
    waitsUntil: null,
    confidence: 1,
    effect: null,
    factors: factorsOf(input, 0),
    elasticity: elasticityOf(
      learnDemand({ ...input, sales: [], basePriceMinor: Math.max(1, input.basePriceMinor) }),
    ),
    reasons: [`${why}: no change recommended`],
  };
}
