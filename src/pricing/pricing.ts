/** Tickets that were sold at one price between two moments. Times are Unix milliseconds. */
export interface SalesSlice {
  readonly from: number;
  readonly until: number;
  readonly priceMinor: number;
  readonly tickets: number;
}

/** What an automatic price may never do, and how often it may do anything. */
export interface PriceRails {
  readonly floorMinor: number;
  readonly ceilingMinor: number;
  /** The largest change at once, as a share of the price before: 0.2 is a fifth. */
  readonly stepMax: number;
  /** How long a price stands before it may change again. */
  readonly coolDownMs: number;
}

/** What is believed of demand before anything was sold. */
export interface DemandPrior {
  /** The median of the elasticity at the base price: by how many percent demand falls where the price rises by one. */
  readonly elasticity: number;
  /** The standard deviation of the elasticity's logarithm: 0.5 says that the truth lies within a factor of 2.7 with 95 %. */
  readonly elasticitySpread: number;
  /** Tickets that the whole sale would sell at the base price, as a share of the capacity. */
  readonly sellThrough: number;
  /** How many orders the guess at the level is worth. */
  readonly ordersWorth: number;
}

/** All that a recommendation is made of: equal inputs give an equal recommendation. */
export interface PricingInput {
  readonly now: number;
  readonly sale: { readonly from: number; readonly until: number };
  readonly capacity: number;
  /** Tickets that can be sold now. */
  readonly stock: number;
  /** The price the tier began with. */
  readonly basePriceMinor: number;
  readonly currentPriceMinor: number;
  /** Null: the price has never changed. */
  readonly lastChangedAt: number | null;
  /** What was sold since the sale began; time in which nobody could buy is left out. */
  readonly sales: readonly SalesSlice[];
  /** Tickets of an order, each order weighted by its size: whole families make sales less even. Default 1. */
  readonly ticketsPerOrder?: number;
  /** How demand spreads over the sale: relative weights of equal parts of it. Default: evenly. */
  readonly demandShape?: readonly number[];
  readonly rails?: Partial<PriceRails>;
  readonly prior?: Partial<DemandPrior>;
}

/** A share such as 0.12 for 12 %, with the bounds that hold with a probability of 80 %. */
export interface Estimate {
  readonly mean: number;
  readonly low: number;
  readonly high: number;
}

/** What keeping another price until the end of the sale would change, against keeping the present one. */
export interface PriceEffect {
  readonly revenueChange: Estimate;
  readonly demandChange: Estimate;
  /** The probability that revenue would be no less, 0 … 1. */
  readonly confidence: number;
}

/** What keeps a recommendation from the ideal price. `doubt`: the change would not be better with enough certainty. */
export type Rail = "floor" | "ceiling" | "step" | "coolDown" | "doubt";

export interface PriceRecommendation {
  /** Of the rule that made it; a rule that changes gets another one. */
  readonly ruleVersion: string;
  readonly action: "raise" | "lower" | "keep";
  readonly currentPriceMinor: number;
  readonly recommendedPriceMinor: number;
  /** What the policy would ask without guard rails and rounding. */
  readonly idealPriceMinor: number;
  /** The guard rails that kept the recommendation from the ideal price, or from being applied now. */
  readonly heldBackBy: readonly Rail[];
  /** Until when the cool-down lasts; null: the price may change now. Nothing may apply it automatically before. */
  readonly waitsUntil: number | null;
  /**
   * The probability, by the present estimate of demand, that the recommended price kept until the end earns no less than
   * the present one; where the advice is to keep it, that no single step up or down would earn a hundredth more. 0 … 1.
   */
  readonly confidence: number;
  /** Null where there is nothing to sell any more. */
  readonly effect: PriceEffect | null;
  readonly factors: {
    /** Demand expected at the present price for the rest of the sale against that and the stock: 0.5 is just enough. */
    readonly demand: number;
    /** The share of the capacity that is left. */
    readonly availability: number;
    /** The share of the sale's time that is left. */
    readonly timeToEvent: number;
  };
  readonly elasticity: Estimate;
  /** In words, the weightiest first. */
  readonly reasons: readonly string[];
}

/** The largest probability of earning less by a change that is still recommended is what this leaves: three in ten. */
export const CONFIDENCE_MIN = 0.7;

/** Changes with whatever changes a recommendation. */
export const RULE_VERSION = "gallego-van-ryzin/1";

/**
 * Elasticities that were measured for tickets of concerts, theatres and sports lie mostly between 0.5 and 2; a price
 * that its organiser chose well has one of 1 or more. What an event itself shows outweighs this soon after its price moved.
 */
export const DEFAULT_PRIOR: DemandPrior = {
  elasticity: 1.2,
  elasticitySpread: 0.5,
  sellThrough: 1,
  ordersWorth: 20,
};

const DEFAULT_COOL_DOWN_MS = 86_400_000;
const DEFAULT_STEP_MAX = 0.2;
const DEFAULT_FLOOR_SHARE = 0.5;
const DEFAULT_CEILING_SHARE = 2;

/** The guard rails of an event whose organiser set none: half to twice the first price, a fifth at once, once a day. */
export function railsOf({
  basePriceMinor,
  rails,
}: Pick<PricingInput, "basePriceMinor" | "rails">): PriceRails {
  return {
    floorMinor: Math.ceil(basePriceMinor * DEFAULT_FLOOR_SHARE),
    ceilingMinor: Math.floor(basePriceMinor * DEFAULT_CEILING_SHARE),
    stepMax: DEFAULT_STEP_MAX,
    coolDownMs: DEFAULT_COOL_DOWN_MS,
    ...rails,
  };
}
