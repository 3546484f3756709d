import type { Range } from "./intervals.ts";

/** What was forecast and what came. */
export interface Compared {
  readonly point: number;
  /** Null where the forecast had no intervals yet. */
  readonly range: Range | null;
  readonly actual: number;
}

/** How good forecasts were; every figure is a share, and null where there is nothing to divide by. */
export interface Accuracy {
  /** Forecasts compared. */
  readonly n: number;
  /** Weighted absolute percentage error: Σ|forecast − actual| / Σ actual. */
  readonly wape: number | null;
  /** Σ(forecast − actual) / Σ actual: above 0 where too much was expected. */
  readonly bias: number | null;
  /** Share of actual counts within the 80 % and the 95 % interval, ends included. */
  readonly coverage80: number | null;
  readonly coverage95: number | null;
}

/** Measures forecasts against what came. */
export function accuracyOf(compared: readonly Compared[]): Accuracy {
  const total = compared.reduce((sum, { actual }) => sum + actual, 0);
  const off = compared.reduce((sum, { point, actual }) => sum + Math.abs(point - actual), 0);
  const above = compared.reduce((sum, { point, actual }) => sum + point - actual, 0);
  return {
    n: compared.length,
    wape: share(off, total),
    bias: share(above, total),
    coverage80: coverage(compared, ({ interval80 }) => interval80),
    coverage95: coverage(compared, ({ interval95 }) => interval95),
  };
}

function coverage(compared: readonly Compared[], of: (range: Range) => Range["interval80"]): number | null {
  const known = compared.flatMap(({ range, actual }) => (range === null ? [] : [{ ...of(range), actual }]));
  const within = known.filter(({ lower, upper, actual }) => lower <= actual && actual <= upper);
  return share(within.length, known.length);
}

function share(part: number, whole: number): number | null {
  return whole === 0 ? null : part / whole;
}
