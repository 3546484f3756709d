import type { Accuracy } from "../../src/forecast/accuracy.ts";
import type { Summary } from "../../src/forecast/backtest.ts";
import { type Column, renderTable } from "../lib/table.ts";
import { type Contestant, type Quarter, YARDSTICK } from "./contest.ts";

/** What was tried. */
export interface Tried {
  readonly data: string;
  readonly column: string;
  readonly horizonDays: number;
  readonly from: string;
  readonly to: string;
}

const COLUMNS: readonly Column[] = [
  { heading: "", align: "left" },
  ...[
    "WAPE day",
    "vs naive",
    "WAPE week",
    "apart",
    "bias",
    "80 % day",
    "95 % day",
    "80 % week",
    "95 % week",
  ].map((heading) => ({ heading, align: "right" as const })),
];

/** The tables that a person reads. */
export function renderBacktest(
  tried: Tried,
  contestants: readonly Contestant[],
  quarters: readonly Quarter[],
): string {
  const naive = contestants.find(({ method }) => method === YARDSTICK)!.summary;
  const row = (name: string, summary: Summary, against: Summary | null) => [name, ...cells(summary, against)];
  return [
    `${tried.column} of ${tried.data}: ${tried.horizonDays} days ahead, from ${tried.from} to ${tried.to}, ${naive.origins} origins`,
    "",
    renderTable(
      COLUMNS,
      contestants.map(({ method, summary }) => row(method, summary, naive)),
    ),
    "",
    `${contestants[0]!.method} by the quarter of the first day forecast`,
    renderTable(
      COLUMNS,
      quarters.map(({ quarter, summary }) => row(quarter, summary, null)),
    ),
    "",
    "WAPE: Σ|forecast − actual| / Σ actual; day: each day ahead; week: sums of seven days from every origin, apart: from every",
    `${tried.horizonDays}th origin, so that nothing overlaps. vs naive: how much less than seasonal naive. bias: Σ(forecast − actual) / Σ actual.`,
    "80 %, 95 %: share of what came that lay within such intervals.",
  ].join("\n");
}

function cells(summary: Summary, against: Summary | null): string[] {
  const { byDay, byWeek, byWeekApart } = summary;
  return [
    percent(byDay.wape),
    percent(against === null ? null : betterBy(byDay, against.byDay)),
    percent(byWeek.wape),
    percent(byWeekApart.wape),
    percent(byDay.bias),
    ...[byDay.coverage80, byDay.coverage95, byWeek.coverage80, byWeek.coverage95].map(percent),
  ];
}

/** By which share an error is less than another; null where either is unknown. */
export function betterBy(one: Accuracy, other: Accuracy): number | null {
  return one.wape === null || other.wape === null || other.wape === 0 ? null : 1 - one.wape / other.wape;
}

function percent(share: number | null): string {
  return share === null ? "–" : (share * 100).toFixed(1);
}

/** The same for programs: shares, not percent. */
export function backtestJson(
  tried: Tried,
  contestants: readonly Contestant[],
  quarters: readonly Quarter[],
): object {
  const naive = contestants.find(({ method }) => method === YARDSTICK)!.summary;
  return {
    data: tried.data,
    column: tried.column,
    horizon_days: tried.horizonDays,
    from: tried.from,
    to: tried.to,
    methods: contestants.map(({ method, summary }) => ({
      method,
      better_than_seasonal_naive_by: round(betterBy(summary.byDay, naive.byDay)),
      weekly_accuracy: round(summary.byWeek.wape === null ? null : 1 - summary.byWeek.wape),
      ...summaryJson(summary),
    })),
    quarters: quarters.map(({ quarter, summary }) => ({ quarter, ...summaryJson(summary) })),
  };
}

function summaryJson({ origins, byDay, byWeek, byWeekApart }: Summary): object {
  return {
    origins,
    by_day: accuracyJson(byDay),
    by_week: accuracyJson(byWeek),
    by_week_apart: accuracyJson(byWeekApart),
  };
}

function accuracyJson({ n, wape, bias, coverage80, coverage95 }: Accuracy): object {
  return {
    n,
    wape: round(wape),
    bias: round(bias),
    coverage_80: round(coverage80),
    coverage_95: round(coverage95),
  };
}

function round(share: number | null): number | null {
  return share === null ? null : Number(share.toFixed(4));
}
