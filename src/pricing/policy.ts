/** Tickets that the rest of a sale is expected to sell at a price. */
export type DemandCurve = (priceMinor: number) => number;

export interface PolicyProblem {
  readonly stock: number;
  /** Of the rest of the sale. */
  readonly demand: DemandCurve;
  readonly floorMinor: number;
  readonly ceilingMinor: number;
  /** How uneven demand is: its variance is so many times its mean. */
  readonly ticketsPerOrder: number;
}

/**
 * How finely a problem is solved. The cost grows with stock times time, whatever the capacity of the event: with these a
 * millisecond or less. Prices cost little, because the best one for n + 1 tickets lies next to that for n.
 */
export interface Grid {
  readonly stockMax: number;
  readonly timeSteps: number;
  readonly prices: number;
}

export const SERVING_GRID: Grid = { stockMax: 120, timeSteps: 120, prices: 61 };

/**
 * The price that maximises the expected revenue of the rest of a sale (Gallego and van Ryzin 1994, "Optimal Dynamic
 * Pricing of Inventories with Stochastic Demand over Finite Horizons"): with V(n, t) for n tickets and time t,
 *
 *     dV(n, t) / dt = max over p of  demand(p) · (p − (V(n, t) − V(n − 1, t)))
 *
 * solved backwards on a grid. A stock too large for it is sold in lots, which makes sales look less even than they are;
 * the price's distance to that of the same problem without chance, which shrinks with the root of the number of lots, is
 * shrunk accordingly.
 */
export function bestPrice(problem: PolicyProblem, grid: Grid = SERVING_GRID): number {
  const { stock, ticketsPerOrder } = problem;
  const orders = Math.max(1, stock / ticketsPerOrder);
  const lots = Math.max(1, Math.min(grid.stockMax, Math.round(orders)));
  const price = priceOfLots(problem, lots, grid);
  if (orders <= lots) return price;
  const certain = certainPrice(problem);
  return certain + (price - certain) * Math.sqrt(lots / orders);
}

/** The best single price if demand were exactly what is expected: it sells the stock or maximises what comes in. */
export function certainPrice({ stock, demand, floorMinor, ceilingMinor }: PolicyProblem): number {
  return bestBetween(floorMinor, ceilingMinor, (price) => price * Math.min(stock, demand(price)));
}

function priceOfLots(problem: PolicyProblem, lots: number, grid: Grid): number {
  const { stock, demand, floorMinor, ceilingMinor } = problem;
  const lot = stock / lots;
  const marginal = marginalValue(problem, lots, grid) / lot;
  return bestBetween(floorMinor, ceilingMinor, (price) => demand(price) * (price - marginal));
}

/**
 * What the last of so many lots is worth at the beginning, V(n) − V(n − 1). Each step of time is taken implicitly, which
 * stays stable however many are sold in it: V of n follows from V of n − 1 at the same time.
 */
function marginalValue(problem: PolicyProblem, lots: number, grid: Grid): number {
  const { stock, demand, floorMinor, ceilingMinor } = problem;
  const lot = stock / lots;
  const prices = pricesBetween(floorMinor, ceilingMinor, grid.prices);
  const sold = prices.map((price) => demand(price) / lot / grid.timeSteps);
  const earned = prices.map((price) => price * lot);
  let [values, before] = [new Float64Array(lots + 1), new Float64Array(lots + 1)];
  for (let step = 0; step < grid.timeSteps; step++) {
    stepBack({ values, before, sold, earned });
    [values, before] = [before, values];
  }
  return (values[lots] as number) - (values[lots - 1] as number);
}

/** One step towards the beginning of the sale: fills `before` from `values`. */
function stepBack(grid: {
  readonly values: Float64Array;
  readonly before: Float64Array;
  readonly sold: readonly number[];
  readonly earned: readonly number[];
}): void {
  const { values, before, sold, earned } = grid;
  // The more is left, the lower the best price: the search goes on where it stopped.
  let at = earned.length - 1;
  before[0] = 0;
  for (let left = 1; left < values.length; left++) {
    const [kept, next] = [values[left] as number, before[left - 1] as number];
    const worth = (price: number) => {
      const odds = sold[price] as number;
      return (kept + odds * ((earned[price] as number) + next)) / (1 + odds);
    };
    let best = worth(at);
    while (at > 0) {
      const lower = worth(at - 1);
      if (lower < best) break;
      best = lower;
      at -= 1;
    }
    before[left] = best;
  }
}

/** Prices in equal ratios, both ends among them. */
function pricesBetween(low: number, high: number, count: number): number[] {
  if (high <= low) return [low];
  return Array.from({ length: count }, (_, at) => low * (high / low) ** (at / (count - 1)));
}

const COARSE = 41;
const FINE = 40;

/** Where a function with one hill is highest: looked for among points, then between the neighbours of the best. */
function bestBetween(low: number, high: number, value: (price: number) => number): number {
  const points = pricesBetween(low, high, COARSE);
  let best = 0;
  for (const [at, point] of points.entries()) if (value(point) > value(points[best] as number)) best = at;
  let [from, to] = [
    points[Math.max(0, best - 1)] as number,
    points[Math.min(points.length - 1, best + 1)] as number,
  ];
  for (let step = 0; step < FINE; step++) {
    const [left, right] = [from + (to - from) * 0.382, from + (to - from) * 0.618];
    if (value(left) < value(right)) from = left;
    else to = right;
  }
  return (from + to) / 2;
}
