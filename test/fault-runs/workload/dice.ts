import { SeededDice } from "../../../bench/lib/random.ts";

/** FNV-1a (G. Fowler, L. C. Noll, K.-P. Vo), 32 bits. */
function hashOf(text: string): number {
  let hash = 0x811c9dc5;
  for (let at = 0; at < text.length; at += 1) hash = Math.imul(hash ^ text.charCodeAt(at), 0x01000193);
  return hash >>> 0;
}

/** A die of its own for each purpose of a run, so that what one client rolls changes nothing for the others. */
export function diceFor(seed: number, purpose: string): SeededDice {
  return new SeededDice(hashOf(`${seed}/${purpose}`));
}

/** One of several by weight. @param weights none negative, not all of them 0 */
export function byWeight<T extends string>(dice: SeededDice, weights: Readonly<Record<T, number>>): T {
  const entries = Object.entries(weights) as [T, number][];
  let rest = dice.between(1, Math.max(1, sumOf(Object.values(weights))));
  for (const [name, weight] of entries) {
    rest -= weight;
    if (rest <= 0) return name;
  }
  throw new Error("invariant: there is nothing to choose from");
}

function sumOf(weights: readonly number[]): number {
  return weights.reduce((sum, weight) => sum + weight, 0);
}
