import { casesOf, type DemandBelief, type DemandCase } from "./demand.ts";
import { expectedSold } from "./distributions.ts";
import type { Estimate, PriceEffect } from "./pricing.ts";

const LOW = 0.1;
const HIGH = 0.9;

/** What keeping `toMinor` until the end would change against keeping `fromMinor`; null where nothing is left to sell. */
export function effectOf(
  belief: DemandBelief,
  stock: number,
  { fromMinor, toMinor }: { readonly fromMinor: number; readonly toMinor: number },
): PriceEffect | null {
  const compared = casesOf(belief).map((one) => {
    const [before, after] = [soldAt(belief, one, stock, fromMinor), soldAt(belief, one, stock, toMinor)];
    return { weight: one.weight, before, after, revenue: (after * toMinor) / (before * fromMinor) - 1 };
  });
  const sum = (of: (one: (typeof compared)[number]) => number) =>
    compared.reduce((total, one) => total + one.weight * of(one), 0);
  const before = sum((one) => one.before);
  if (before < Number.EPSILON || fromMinor <= 0) return null;
  const after = sum((one) => one.after);
  const sound = compared.filter(({ before: sold }) => sold > 0);
  return {
    revenueChange: {
      mean: (after * toMinor) / (before * fromMinor) - 1,
      ...bounds(sound.map(({ revenue, weight }) => ({ value: revenue, weight }))),
    },
    demandChange: {
      mean: after / before - 1,
      ...bounds(sound.map((one) => ({ value: one.after / one.before - 1, weight: one.weight }))),
    },
    confidence: share(sound, ({ revenue }) => revenue >= -1e-9),
  };
}

/** The probability that one price kept until the end earns at least a share of what another one would. */
export function oddsAgainst(
  belief: DemandBelief,
  stock: number,
  {
    priceMinor,
    others,
    shareMin,
  }: { readonly priceMinor: number; readonly others: readonly number[]; readonly shareMin: number },
): number {
  const cases = casesOf(belief);
  const earns = (one: DemandCase, price: number) => price * soldAt(belief, one, stock, price);
  return share(cases, (one) =>
    others.every((other) => earns(one, priceMinor) >= shareMin * earns(one, other)),
  );
}

function soldAt(
  { basePriceMinor, ticketsPerOrder }: DemandBelief,
  { level, elasticity }: DemandCase,
  stock: number,
  priceMinor: number,
): number {
  const mean = level * Math.exp(-elasticity * (priceMinor / basePriceMinor - 1));
  return expectedSold(stock, mean, mean * ticketsPerOrder);
}

function share<T extends { readonly weight: number }>(
  cases: readonly T[],
  holds: (one: T) => boolean,
): number {
  const total = cases.reduce((sum, { weight }) => sum + weight, 0);
  if (total === 0) return 0;
  return cases.reduce((sum, one) => sum + (holds(one) ? one.weight : 0), 0) / total;
}

interface Weighted {
  readonly value: number;
  readonly weight: number;
}

function bounds(values: readonly Weighted[]): Pick<Estimate, "low" | "high"> {
  return { low: quantile(values, LOW), high: quantile(values, HIGH) };
}

export function quantile(values: readonly Weighted[], probability: number): number {
  const sorted = values.toSorted((a, b) => a.value - b.value);
  const total = sorted.reduce((sum, { weight }) => sum + weight, 0);
  let passed = 0;
  for (const { value, weight } of sorted) {
    passed += weight;
    if (passed >= probability * total) return value;
  }
  return sorted.at(-1)?.value ?? 0;
}
