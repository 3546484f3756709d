/** How buyers' willingness to pay is spread: the share that would pay at least so many times the base price. */
export type Willingness = (price: number) => number;

/** A demand that is known because it was made up: what buyers do who never heard of our model. */
export interface World {
  readonly name: string;
  /** What of the belief is wrong, in words. */
  readonly about: string;
  /** What this world is to show. */
  readonly goal: "right" | "elasticity" | "other";
  readonly willingness: Willingness;
  /** Tickets that a whole sale would sell at the base price, as a share of the capacity. */
  readonly level: number;
  /** Relative density of demand over equal parts of the sale. */
  readonly shape: readonly number[];
  /** Probabilities of orders of 1, 2, 3, … tickets. */
  readonly sizes: readonly number[];
}

export const CAPACITY = 300;
export const BASE_PRICE_MINOR = 10_000;
export const SALE_DAYS = 60;
/** What the belief starts from, see `DEFAULT_PRIOR`. */
const BELIEVED = 1.2;

const EVEN = [1];
const SINGLE = [1];

/** Spread exponentially: demand falls by the same share with each step of price, the form that is assumed. */
export function exponential(elasticity: number): Willingness {
  return (price) => Math.exp(-elasticity * (price - 1)) / Math.exp(elasticity);
}

/** Spread evenly up to a highest price: demand is a straight line. */
export function straight(elasticity: number): Willingness {
  const highest = 1 + 1 / elasticity;
  return (price) => Math.max(0, 1 - price / highest);
}

/** Like a logistic choice: most would pay about the same, and few far more. */
export function logistic(elasticity: number, spread = 0.25): Willingness {
  // The elasticity at 1 is share-of-those-who-leave / spread, which gives where the middle lies.
  const leaves = Math.min(0.95, elasticity * spread);
  const middle = 1 + spread * Math.log((1 - leaves) / leaves);
  return (price) => 1 / (1 + Math.exp((price - middle) / spread));
}

const right = {
  goal: "other",
  willingness: exponential(BELIEVED),
  level: 1,
  shape: EVEN,
  sizes: SINGLE,
} as const satisfies Partial<World>;

export const WORLDS: readonly World[] = [
  {
    ...right,
    name: "as believed",
    about: "nothing: level, elasticity and form are as believed",
    goal: "right",
  },
  {
    ...right,
    name: "half as elastic",
    about: "elasticity 0.6, believed 1.2",
    goal: "elasticity",
    willingness: exponential(0.6),
  },
  {
    ...right,
    name: "twice as elastic",
    about: "elasticity 2.4, believed 1.2",
    goal: "elasticity",
    willingness: exponential(2.4),
  },
  { ...right, name: "weak demand", about: "half the demand that the organiser priced for", level: 0.5 },
  { ...right, name: "strong demand", about: "twice the demand that the organiser priced for", level: 2 },
  {
    ...right,
    name: "straight line",
    about: "willingness to pay spread evenly",
    willingness: straight(BELIEVED),
  },
  { ...right, name: "logistic", about: "willingness to pay in a hill", willingness: logistic(BELIEVED) },
  {
    ...right,
    name: "early rush",
    about: "half of demand in the first sixth, nobody was told",
    shape: [5, 1, 1, 1, 1, 1],
  },
  {
    ...right,
    name: "late rush",
    about: "half of demand in the last sixth, nobody was told",
    shape: [1, 1, 1, 1, 1, 5],
  },
  {
    ...right,
    name: "orders of 1 to 4",
    about: "whole families, so that sales come in lumps",
    sizes: [0.3, 0.4, 0.1, 0.2],
  },
  {
    ...right,
    name: "all at once",
    about: "twice as elastic, half the demand, a straight line and a late rush",
    willingness: straight(2.4),
    level: 0.5,
    shape: [1, 1, 1, 1, 1, 5],
  },
];

export function meanSize({ sizes }: World): number {
  return sizes.reduce((sum, probability, at) => sum + probability * (at + 1), 0);
}

/** Orders of a whole sale that would be placed at no price at all. */
export function interestedOrders(world: World): number {
  return (world.level * CAPACITY) / meanSize(world) / world.willingness(1);
}
