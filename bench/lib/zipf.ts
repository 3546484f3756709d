import type { SeededDice } from "./random.ts";

/**
 * Draws places from 0 by Zipf's law: place k with a probability in proportion to 1 / (k + 1) ^ exponent, as visits to
 * pages are found to be spread (Breslau et al., "Web Caching and Zipf-like Distributions", INFOCOM 1999).
 */
export function zipfDraws(
  dice: SeededDice,
  { places, exponent, count }: { readonly places: number; readonly exponent: number; readonly count: number },
): number[] {
  let sum = 0;
  const upTo = Array.from({ length: places }, (_, place) => {
    sum += 1 / (place + 1) ** exponent;
    return sum;
  });
  return Array.from({ length: count }, () => placeOf(upTo, dice.share() * sum));
}

/** The first place whose sum reaches a value. */
function placeOf(upTo: readonly number[], value: number): number {
  let [low, high] = [0, upTo.length - 1];
  while (low < high) {
    const middle = (low + high) >> 1;
    if (upTo[middle]! < value) low = middle + 1;
    else high = middle;
  }
  return low;
}
