import { CAPACITY, interestedOrders, type World } from "./worlds.ts";

const STEPS = 3_000;
const PRICES = Array.from({ length: 121 }, (_, at) => 0.2 * 25 ** (at / 120));

/** The best price, as a multiple of the base price, for every moment and stock, by whoever knows demand. */
export interface Optimum {
  priceAt(at: number, stock: number): number;
  /** What it expects to earn from the beginning, in base prices. */
  readonly value: number;
}

/**
 * Solves the dynamic programme on the true demand, ticket by ticket, in small explicit steps of time. Written apart from
 * `src/pricing/policy.ts`, without its grid and its lots, so that the two check each other.
 */
export function solveOptimum(world: World): Optimum {
  const rates = PRICES.map((price) => interestedOrders(world) * world.willingness(price));
  const choices = new Uint8Array(STEPS * (CAPACITY + 1));
  let value = new Float64Array(CAPACITY + 1);
  for (let step = STEPS - 1; step >= 0; step--) {
    const weight = densityAt(world.shape, (step + 0.5) / STEPS) / STEPS;
    const next = new Float64Array(CAPACITY + 1);
    for (let stock = 1; stock <= CAPACITY; stock++) {
      const { gain, choice } = bestOf(world.sizes, rates, value, stock);
      next[stock] = (value[stock] as number) + weight * gain;
      choices[step * (CAPACITY + 1) + stock] = choice;
    }
    value = next;
  }
  return {
    value: value[CAPACITY] as number,
    priceAt: (at, stock) => {
      const step = Math.min(STEPS - 1, Math.floor(at * STEPS));
      return PRICES[choices[step * (CAPACITY + 1) + stock] as number] as number;
    },
  };
}

/** What one more unit of demand is worth with this stock, at the best price. */
function bestOf(sizes: readonly number[], rates: readonly number[], value: Float64Array, stock: number) {
  let [served, lost] = [0, 0];
  for (const [at, probability] of sizes.entries()) {
    if (at + 1 > stock) continue;
    served += probability * (at + 1);
    lost += probability * ((value[stock] as number) - (value[stock - at - 1] as number));
  }
  let [gain, choice] = [0, PRICES.length - 1];
  for (let at = 0; at < PRICES.length; at++) {
    const one = (rates[at] as number) * (served * (PRICES[at] as number) - lost);
    if (one > gain) [gain, choice] = [one, at];
  }
  return { gain, choice };
}

function densityAt(shape: readonly number[], at: number): number {
  const total = shape.reduce((sum, weight) => sum + weight, 0);
  const part = Math.min(shape.length - 1, Math.floor(at * shape.length));
  return ((shape[part] as number) / total) * shape.length;
}
