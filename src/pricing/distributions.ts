/** The density of the standard normal distribution. */
export function normalDensity(z: number): number {
  return Math.exp(-0.5 * z * z) / Math.sqrt(2 * Math.PI);
}

/** The standard normal distribution function, to 7.5e-8 (Abramowitz and Stegun, 26.2.17). */
export function normalProbability(z: number): number {
  const t = 1 / (1 + 0.2316419 * Math.abs(z));
  const series =
    t * (0.31938153 + t * (-0.356563782 + t * (1.781477937 + t * (-1.821255978 + t * 1.330274429))));
  const tail = normalDensity(z) * series;
  return z >= 0 ? 1 - tail : tail;
}

/** The inverse of `normalProbability`, by bisection: exact enough for what it is asked here, which is little and seldom. */
export function normalQuantile(probability: number): number {
  let [low, high] = [-8, 8];
  for (let step = 0; step < 48; step++) {
    const middle = (low + high) / 2;
    if (normalProbability(middle) < probability) low = middle;
    else high = middle;
  }
  return (low + high) / 2;
}

/** Equally probable values of the standard normal distribution: the quantiles in the middle of `count` equal parts. */
export function normalPoints(count: number): number[] {
  return Array.from({ length: count }, (_, at) => normalQuantile((at + 0.5) / count));
}

/** The value of Gamma(shape, 1) that is as probable as `z` is normally, for shapes of 1 and more (Wilson and Hilferty 1931). */
export function gammaFromNormal(z: number, shape: number): number {
  const cube = 1 - 1 / (9 * shape) + z / (3 * Math.sqrt(shape));
  return shape * Math.max(0, cube) ** 3;
}

/**
 * How many of `stock` tickets are sold where demand has this mean and variance: E[min(stock, D)] with D taken as normal.
 * Never more than the mean or the stock.
 */
export function expectedSold(stock: number, mean: number, variance: number): number {
  if (stock <= 0 || mean <= 0) return 0;
  const deviation = Math.sqrt(Math.max(variance, 1e-9));
  const z = (mean - stock) / deviation;
  const unserved = (mean - stock) * normalProbability(z) + deviation * normalDensity(z);
  return Math.max(0, Math.min(stock, mean, mean - unserved));
}
