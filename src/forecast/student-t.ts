/** Quantiles of the normal distribution between which lie 80 % and 95 % of it. */
const NORMAL = { 0.8: 1.2815515655446004, 0.95: 1.959963984540054 } as const;

/**
 * The t below which (with its negative above) lies `coverage` of Student's distribution, by its Cornish–Fisher expansion:
 * Abramowitz & Stegun, "Handbook of Mathematical Functions", 26.7.5. Off by less than 0.01 from four degrees of freedom on.
 * @param degrees of freedom, at least 4
 */
export function studentT(coverage: keyof typeof NORMAL, degrees: number): number {
  const z = NORMAL[coverage];
  const first = (z ** 3 + z) / 4;
  const second = (5 * z ** 5 + 16 * z ** 3 + 3 * z) / 96;
  const third = (3 * z ** 7 + 19 * z ** 5 + 17 * z ** 3 - 15 * z) / 384;
  return z + first / degrees + second / degrees ** 2 + third / degrees ** 3;
}
