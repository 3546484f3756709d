/** Coefficients of Lanczos' approximation with g = 7: Press et al., "Numerical Recipes", 3rd ed. (2007), section 6.1. */
const LANCZOS: readonly number[] = [
  0.99999999999980993, 676.5203681218851, -1259.1392167224028, 771.32342877765313, -176.61502916214059,
  12.507343278686905, -0.13857109526572012, 9.9843695780195716e-6, 1.5056327351493116e-7,
];
const LANCZOS_G = 7;

/** ln Γ(x). @param x above 0 */
export function logGamma(x: number): number {
  const shifted = x - 1;
  const top = shifted + LANCZOS_G + 0.5;
  const sum = LANCZOS.reduce((total, coefficient, at) =>
    at === 0 ? coefficient : total + coefficient / (shifted + at),
  );
  return 0.5 * Math.log(2 * Math.PI) + (shifted + 0.5) * Math.log(top) - top + Math.log(sum);
}

/**
 * ln P(count) where counts have a mean of `mu` and a variance of `mu + dispersion · mu²` (negative binomial), as a
 * function of `mu`; what does not depend on it is worked out once.
 */
export function logLikelihoodOf(count: number, dispersion: number): (mu: number) => number {
  const size = 1 / dispersion;
  const constant = logGamma(count + size) - logGamma(size) - logGamma(count + 1) + size * Math.log(size);
  return (mu) => constant + count * Math.log(mu) - (count + size) * Math.log(size + mu);
}
