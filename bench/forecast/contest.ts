import { backtest, type Method, type Origin, type Summary, summaryOf } from "../../src/forecast/backtest.ts";
import { DemandModel } from "../../src/forecast/demand-model.ts";
import { HoltWinters } from "../../src/forecast/holt-winters.ts";
import { SeasonalNaive } from "../../src/forecast/seasonal-naive.ts";
import { MstlEts } from "./mstl.ts";
import type { Series } from "./series.ts";

export const PRODUCT = "evently";
export const YARDSTICK = "seasonal naive";

/** The product's method first. */
const METHODS: readonly Method[] = [
  { name: PRODUCT, make: () => new DemandModel() },
  { name: YARDSTICK, make: () => new SeasonalNaive() },
  { name: "exponential smoothing", make: () => new HoltWinters() },
  { name: "MSTL + ETS (augurs)", make: () => new MstlEts() },
];

/** How one method did on a series. */
export interface Contestant {
  readonly method: string;
  readonly origins: readonly Origin[];
  readonly summary: Summary;
}

/** The product's method in one quarter of a year. */
export interface Quarter {
  readonly quarter: string;
  readonly summary: Summary;
}

/** Every method on the same origins. */
export function contest(series: Series, fromAt: number, horizonDays: number): readonly Contestant[] {
  return METHODS.map((method) => {
    const origins = backtest(method, { counts: series.counts, fromAt, horizonDays });
    return { method: method.name, origins, summary: summaryOf(origins, horizonDays) };
  });
}

/** A contestant's origins by the calendar quarter of the first day forecast. */
export function quartersOf(
  { dates }: Series,
  { origins }: Contestant,
  horizonDays: number,
): readonly Quarter[] {
  const byQuarter = Map.groupBy(origins, ({ at }) => quarterOf(dates[at]!));
  return [...byQuarter].map(([quarter, within]) => ({ quarter, summary: summaryOf(within, horizonDays) }));
}

function quarterOf(date: string): string {
  return `${date.slice(0, 4)} Q${Math.ceil(Number(date.slice(5, 7)) / 3)}`;
}
