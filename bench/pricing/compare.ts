import { buyersOf } from "./buyers.ts";
import { solveOptimum } from "./optimum.ts";
import { AdvisedSeller, fixedSeller, optimalSeller, type SaleResult, sell } from "./sale.ts";
import { BASE_PRICE_MINOR, CAPACITY, type World } from "./worlds.ts";

/** A mean with the half width of its 95 % confidence interval. */
export interface Mean {
  readonly mean: number;
  readonly halfWidth: number;
}

export interface Comparison {
  readonly world: string;
  readonly about: string;
  readonly goal: World["goal"];
  readonly runs: number;
  readonly revenueMinor: { readonly fixed: Mean; readonly advised: Mean; readonly optimum: Mean };
  /** What the dynamic programme itself expects of the optimum: its simulated mean has to agree. */
  readonly optimumExpectedMinor: number;
  /** Ratios of mean revenues, of sales with the same buyers. */
  readonly advisedOfOptimum: Mean;
  readonly fixedOfOptimum: Mean;
  readonly advisedOfFixed: Mean;
  readonly changesPerSale: number;
  readonly soldShare: { readonly fixed: number; readonly advised: number; readonly optimum: number };
  /** The mean price of each day of the advised sales, as a multiple of the first price. */
  readonly advisedPrices: readonly number[];
}

/** Sells to the same buyers three times over: at a fixed price, by recommendation, and by whoever knows demand. */
export function compareIn(
  world: World,
  { runs, seed }: { readonly runs: number; readonly seed: number },
): Comparison {
  const optimum = solveOptimum(world);
  const sales = Array.from({ length: runs }, (_, run) => {
    const buyers = buyersOf(world, seed * 1_000_003 + run);
    return {
      fixed: sell(buyers, fixedSeller(BASE_PRICE_MINOR)),
      advised: sell(buyers, new AdvisedSeller()),
      optimum: sell(buyers, optimalSeller(optimum)),
    };
  });
  const revenues = (of: keyof (typeof sales)[number]) => sales.map((sale) => sale[of].revenueMinor);
  const [fixed, advised, best] = [revenues("fixed"), revenues("advised"), revenues("optimum")];
  const soldShare = (of: keyof (typeof sales)[number]) =>
    meanOf(sales.map((sale) => sale[of].sold / CAPACITY)).mean;
  return {
    world: world.name,
    about: world.about,
    goal: world.goal,
    runs,
    revenueMinor: { fixed: meanOf(fixed), advised: meanOf(advised), optimum: meanOf(best) },
    optimumExpectedMinor: optimum.value * BASE_PRICE_MINOR,
    advisedOfOptimum: ratioOf(advised, best),
    fixedOfOptimum: ratioOf(fixed, best),
    advisedOfFixed: ratioOf(advised, fixed),
    changesPerSale: meanOf(sales.map(({ advised: { changes } }) => changes)).mean,
    soldShare: { fixed: soldShare("fixed"), advised: soldShare("advised"), optimum: soldShare("optimum") },
    advisedPrices: meanPrices(sales.map(({ advised: sale }) => sale)),
  };
}

/** 1.96 standard errors to either side. */
const Z = 1.96;

function meanOf(values: readonly number[]): Mean {
  const mean = values.reduce((sum, value) => sum + value, 0) / values.length;
  const squares = values.reduce((sum, value) => sum + (value - mean) ** 2, 0);
  return {
    mean,
    halfWidth: (Z * Math.sqrt(squares / Math.max(1, values.length - 1))) / Math.sqrt(values.length),
  };
}

/** The ratio of two means of paired values, its error by the delta method. */
function ratioOf(above: readonly number[], below: readonly number[]): Mean {
  const [a, b] = [meanOf(above).mean, meanOf(below).mean];
  const mean = a / b;
  const errors = meanOf(above.map((value, at) => value - mean * (below[at] as number)));
  return { mean, halfWidth: errors.halfWidth / b };
}

function meanPrices(sales: readonly SaleResult[]): number[] {
  const days = sales[0]?.prices.length ?? 0;
  return Array.from(
    { length: days },
    (_, day) => meanOf(sales.map(({ prices }) => (prices[day] as number) / BASE_PRICE_MINOR)).mean,
  );
}
