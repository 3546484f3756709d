import type { SalesSlice } from "../../src/pricing/pricing.ts";
import { recommendPrice } from "../../src/pricing/recommend.ts";
import type { Buyer } from "./buyers.ts";
import type { Optimum } from "./optimum.ts";
import { BASE_PRICE_MINOR, CAPACITY, SALE_DAYS } from "./worlds.ts";

export const DAY_MS = 86_400_000;
const SALE_MS = SALE_DAYS * DAY_MS;

export interface SaleResult {
  readonly revenueMinor: number;
  readonly sold: number;
  readonly changes: number;
  /** The price of each day. */
  readonly prices: readonly number[];
}

/** Who says what a ticket costs. */
export interface Seller {
  /** Called before each buyer, and once a day. @param at of the sale's time, 0 … 1 */
  priceMinor(at: number, stock: number): number;
  sold(quantity: number): void;
}

/** Lets the buyers come in order; who finds the price too high or too little left goes away. */
export function sell(buyers: readonly Buyer[], seller: Seller): SaleResult {
  let [stock, revenueMinor, changes] = [CAPACITY, 0, 0];
  const prices: number[] = [];
  let before = BASE_PRICE_MINOR;
  let next = 0;
  for (let day = 0; day < SALE_DAYS; day++) {
    const price = seller.priceMinor(day / SALE_DAYS, stock);
    if (price !== before) changes += 1;
    before = price;
    prices.push(price);
    for (; next < buyers.length && (buyers[next] as Buyer).at < (day + 1) / SALE_DAYS; next++) {
      const { at, paysMax, quantity } = buyers[next] as Buyer;
      if (quantity > stock) continue;
      const asked = seller.priceMinor(at, stock);
      if (asked > paysMax * BASE_PRICE_MINOR) continue;
      stock -= quantity;
      revenueMinor += asked * quantity;
      seller.sold(quantity);
    }
  }
  return { revenueMinor, sold: CAPACITY - stock, changes, prices };
}

export function fixedSeller(priceMinor: number): Seller {
  return { priceMinor: () => priceMinor, sold: () => {} };
}

export function optimalSeller(optimum: Optimum): Seller {
  return {
    priceMinor: (at, stock) =>
      stock === 0 ? BASE_PRICE_MINOR : optimum.priceAt(at, stock) * BASE_PRICE_MINOR,
    sold: () => {},
  };
}

/** Follows the recommendation of this product, asked once a day, with the guard rails of an event that set none. */
export class AdvisedSeller implements Seller {
  readonly #slices: SalesSlice[] = [];
  #price = BASE_PRICE_MINOR;
  #changedAt: number | null = null;
  #day = -1;
  #tickets = 0;
  #orders = 0;
  #squares = 0;
  #all = 0;

  priceMinor(at: number, stock: number): number {
    const day = Math.floor(at * SALE_DAYS + 1e-9);
    while (this.#day < day) this.#begin(this.#day + 1, stock);
    return this.#price;
  }

  sold(quantity: number): void {
    this.#tickets += quantity;
    this.#orders += 1;
    this.#squares += quantity * quantity;
    this.#all += quantity;
  }

  #begin(day: number, stock: number): void {
    const now = day * DAY_MS;
    if (day > 0)
      this.#slices.push({ from: now - DAY_MS, until: now, priceMinor: this.#price, tickets: this.#tickets });
    this.#tickets = 0;
    this.#day = day;
    if (stock === 0) return;
    const advice = recommendPrice({
      now,
      sale: { from: 0, until: SALE_MS },
      capacity: CAPACITY,
      stock,
      basePriceMinor: BASE_PRICE_MINOR,
      currentPriceMinor: this.#price,
      lastChangedAt: this.#changedAt,
      sales: this.#slices,
      ticketsPerOrder: this.#orders === 0 ? 1 : this.#squares / this.#all,
    });
    if (advice.action === "keep" || advice.waitsUntil !== null) return;
    this.#price = advice.recommendedPriceMinor;
    this.#changedAt = now;
  }
}
