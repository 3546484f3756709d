import type { Comparison } from "./compare.ts";

/** What recommendations have to come to, as shares. */
export const GOALS = {
  ofOptimumWhenRightMin: 0.95,
  ofOptimumWhenElasticityIsOffMin: 0.85,
  ofFixedMin: 0.98,
} as const;

export interface Verdict {
  readonly goal: string;
  readonly world: string;
  readonly reached: number;
  readonly asked: number;
  readonly holds: boolean;
}

/** Each goal in each world it is about. */
export function verdictsOf(comparisons: readonly Comparison[]): Verdict[] {
  return comparisons.flatMap(({ world, goal, advisedOfOptimum, advisedOfFixed }) => {
    const ofOptimum = {
      right: GOALS.ofOptimumWhenRightMin,
      elasticity: GOALS.ofOptimumWhenElasticityIsOffMin,
      other: null,
    }[goal];
    const verdict = (name: string, reached: number, asked: number) => ({
      goal: name,
      world,
      reached,
      asked,
      holds: reached >= asked,
    });
    return [
      verdict("of the fixed price's revenue", advisedOfFixed.mean, GOALS.ofFixedMin),
      ...(ofOptimum === null ? [] : [verdict("of the optimum's revenue", advisedOfOptimum.mean, ofOptimum)]),
    ];
  });
}
