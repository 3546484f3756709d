import { SeededDice } from "../lib/random.ts";
import { interestedOrders, type World } from "./worlds.ts";

/** Somebody who comes by, once. */
export interface Buyer {
  /** Of the sale's time, 0 … 1. */
  readonly at: number;
  /** Buys where the price, as a multiple of the base price, is at most this. */
  readonly paysMax: number;
  readonly quantity: number;
}

/** The buyers of one run, in order: a Poisson process, each with a willingness of their own. Equal seeds, equal buyers. */
export function buyersOf(world: World, seed: number): Buyer[] {
  const dice = new SeededDice(seed);
  const orders = interestedOrders(world);
  const buyers: Buyer[] = [];
  for (let passed = gap(dice, orders); passed < 1; passed += gap(dice, orders)) {
    buyers.push({
      at: timeAt(world.shape, passed),
      paysMax: payableBy(world, dice.share()),
      quantity: quantityOf(world.sizes, dice.share()),
    });
  }
  return buyers;
}

function gap(dice: SeededDice, rate: number): number {
  return -Math.log(dice.share()) / rate;
}

/** When this share of the demand has come. */
export function timeAt(shape: readonly number[], share: number): number {
  const total = shape.reduce((sum, weight) => sum + weight, 0);
  let left = share * total;
  for (const [at, weight] of shape.entries()) {
    if (left <= weight) return (at + left / weight) / shape.length;
    left -= weight;
  }
  return 1;
}

const PAYABLE_MAX = 64;

/** The highest price that a buyer pays of whom so many are as willing: the inverse of the willingness, by bisection. */
function payableBy({ willingness }: World, share: number): number {
  let [low, high] = [0, PAYABLE_MAX];
  for (let step = 0; step < 40; step++) {
    const middle = (low + high) / 2;
    if (willingness(middle) >= share) low = middle;
    else high = middle;
  }
  return low;
}

function quantityOf(sizes: readonly number[], share: number): number {
  let passed = 0;
  for (const [at, probability] of sizes.entries()) {
    passed += probability;
    if (share < passed) return at + 1;
  }
  return sizes.length;
}
