import type { PriceRails, Rail } from "./pricing.ts";

export interface RailedPrice {
  readonly priceMinor: number;
  /** The rails that it met on the way from the ideal price. */
  readonly heldBackBy: readonly Rail[];
  /** The present price lies between floor and ceiling: nothing forces a change. */
  readonly isCurrentAllowed: boolean;
}

/** Smaller changes are not worth a buyer's surprise. */
const CHANGE_MIN = 0.03;

/**
 * Brings an ideal price between the guard rails and to an amount people expect, such as 105 for 104.73. A price that
 * already lies outside is brought back by as much as one step allows.
 */
export function withinRails(
  idealMinor: number,
  currentMinor: number,
  { floorMinor, ceilingMinor, stepMax }: PriceRails,
): RailedPrice {
  const heldBackBy: Rail[] = [];
  const hold = (price: number, rail: Rail) => {
    if (!heldBackBy.includes(rail)) heldBackBy.push(rail);
    return price;
  };
  let price = idealMinor;
  if (price < floorMinor) price = hold(floorMinor, "floor");
  if (price > ceilingMinor) price = hold(ceilingMinor, "ceiling");
  const [lowest, highest] = [
    Math.ceil(currentMinor * (1 - stepMax)),
    Math.floor(currentMinor * (1 + stepMax)),
  ];
  if (price < lowest) price = hold(lowest, "step");
  if (price > highest) price = hold(highest, "step");
  const low = Math.max(lowest, Math.min(floorMinor, highest));
  const high = Math.min(highest, Math.max(ceilingMinor, lowest));
  const priceMinor = rounded(price, low, high);
  const isNear = Math.abs(priceMinor - currentMinor) < CHANGE_MIN * currentMinor;
  const isCurrentAllowed = currentMinor >= floorMinor && currentMinor <= ceilingMinor;
  return { priceMinor: isNear && isCurrentAllowed ? currentMinor : priceMinor, heldBackBy, isCurrentAllowed };
}

/** To the coarsest of 1, 2, 5, 10, 20, 50, … minor units that is at most a hundredth of the price, where that lies within. */
function rounded(price: number, low: number, high: number): number {
  const unit = unitOf(price);
  const near = Math.round(price / unit) * unit;
  if (near < low) return near + unit <= high ? near + unit : low;
  if (near > high) return near - unit >= low ? near - unit : high;
  return near;
}

function unitOf(price: number): number {
  let unit = 1;
  for (let power = 1; power <= price / 100; power *= 10) {
    for (const step of [1, 2, 5]) if (power * step <= price / 100) unit = power * step;
  }
  return unit;
}
