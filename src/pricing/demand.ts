import { gammaFromNormal, normalPoints } from "./distributions.ts";
import type { DemandCurve } from "./policy.ts";
import { DEFAULT_PRIOR, type PricingInput } from "./pricing.ts";
import { type DemandTiming, possibleTimings, timeShare } from "./sale-time.ts";

/**
 * One of the demands that may be the true one: tickets that a whole sale would sell at price p are
 * `level · exp(-elasticity · (p / base - 1))`, which is what buyers do whose willingness to pay is spread exponentially.
 */
export interface PossibleDemand {
  readonly elasticity: number;
  /** The share of the whole demand that is still to come. */
  readonly left: number;
  /** The level's distribution is Gamma(shape, rate), in orders; times `ticketsPerOrder` it is tickets. */
  readonly shape: number;
  readonly rate: number;
  /** How probable this one is. */
  readonly weight: number;
}

/** What is believed of an event's demand: a Gamma distribution of its level for each elasticity and timing. */
export interface DemandBelief {
  readonly basePriceMinor: number;
  readonly ticketsPerOrder: number;
  readonly possible: readonly PossibleDemand[];
}

const ELASTICITIES = 21;

/**
 * Learns demand from an event's own sales. Orders come as a Poisson process, so that for a given elasticity and timing
 * the Gamma prior of the level stays a Gamma distribution (conjugate), and the weight of each is its prior's times the
 * likelihood of what was sold when at which price, the level integrated out.
 */
export function learnDemand(input: PricingInput): DemandBelief {
  const prior = { ...DEFAULT_PRIOR, ...input.prior };
  const ticketsPerOrder = Math.max(1, input.ticketsPerOrder ?? 1);
  const sold = input.sales.reduce((sum, { tickets }) => sum + tickets, 0) / ticketsPerOrder;
  const belief = {
    shape: prior.ordersWorth + sold,
    priorRate: (prior.ordersWorth * ticketsPerOrder) / Math.max(1, input.capacity * prior.sellThrough),
    elasticities: normalPoints(ELASTICITIES).map(
      (z) => prior.elasticity * Math.exp(prior.elasticitySpread * z),
    ),
  };
  const fits = possibleTimings(input.demandShape).flatMap(({ timing, weight }) =>
    fitsOf(input, ticketsPerOrder, timing, belief).map((one) => ({
      ...one,
      fit: one.fit + Math.log(weight),
    })),
  );
  const best = Math.max(...fits.map(({ fit }) => fit));
  const total = fits.reduce((sum, { fit }) => sum + Math.exp(fit - best), 0);
  const possible = fits.map(({ fit, ...one }) => ({ ...one, weight: Math.exp(fit - best) / total }));
  return { basePriceMinor: input.basePriceMinor, ticketsPerOrder, possible };
}

type Fit = Omit<PossibleDemand, "weight"> & { readonly fit: number };

/** How well each elasticity, with one timing, explains what was sold; logarithms, up to a constant. */
function fitsOf(
  { sales, sale, now, basePriceMinor }: PricingInput,
  ticketsPerOrder: number,
  timing: DemandTiming,
  { shape, priorRate, elasticities }: { shape: number; priorRate: number; elasticities: readonly number[] },
): Fit[] {
  const seen = sales.map(({ from, until, priceMinor, tickets }) => ({
    excess: priceMinor / basePriceMinor - 1,
    orders: tickets / ticketsPerOrder,
    exposure: Math.max(EXPOSURE_MIN, timing(timeShare(sale, until)) - timing(timeShare(sale, from))),
  }));
  const left = 1 - timing(timeShare(sale, now));
  const ofTiming = seen.reduce((sum, { orders, exposure }) => sum + orders * Math.log(exposure), 0);
  return elasticities.map((elasticity) => {
    let [rate, fit] = [priorRate, ofTiming];
    for (const { excess, orders, exposure } of seen) {
      rate += exposure * Math.exp(-elasticity * excess);
      fit -= orders * elasticity * excess;
    }
    return { elasticity, left, shape, rate, fit: fit - shape * Math.log(rate) };
  });
}

/** No timing rules out that something is sold now. */
const EXPOSURE_MIN = 1e-6;

/**
 * Tickets that the rest of the sale is expected to be asked for, by price. What is to come is added up by elasticity once,
 * because the policy asks for hundreds of prices.
 */
export function expectedDemand({ basePriceMinor, ticketsPerOrder, possible }: DemandBelief): DemandCurve {
  const byElasticity = new Map<number, number>();
  for (const { elasticity, left, shape, rate, weight } of possible) {
    const tickets = weight * left * (shape / rate) * ticketsPerOrder;
    byElasticity.set(elasticity, (byElasticity.get(elasticity) ?? 0) + tickets);
  }
  const parts = [...byElasticity];
  return (priceMinor) => {
    const excess = priceMinor / basePriceMinor - 1;
    let tickets = 0;
    for (const [elasticity, atBase] of parts) tickets += atBase * Math.exp(-elasticity * excess);
    return tickets;
  };
}

export interface DemandCase {
  readonly elasticity: number;
  /** Tickets that the rest of the sale would sell at the base price. */
  readonly level: number;
  readonly weight: number;
}

const LEVELS = 5;
/** Cases less probable than this change no figure. */
const WEIGHT_MIN = 1e-4;

/** The belief as a list of cases, with equally probable levels of each possible demand. */
export function casesOf({ possible, ticketsPerOrder }: DemandBelief): DemandCase[] {
  const points = normalPoints(LEVELS);
  return possible
    .filter(({ weight }) => weight > WEIGHT_MIN)
    .flatMap(({ elasticity, left, shape, rate, weight }) =>
      points.map((z) => ({
        elasticity,
        level: left * (gammaFromNormal(z, shape) / rate) * ticketsPerOrder,
        weight: weight / LEVELS,
      })),
    );
}
