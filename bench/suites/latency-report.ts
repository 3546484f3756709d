import { type ChartLine, type LinePanel, renderLineChart } from "../../src/charts/line-chart.ts";
import { logScale, percentileScale } from "../../src/charts/scales.ts";
import { renderGoals } from "../lib/bench-report.ts";
import { digits, percent, whole } from "../lib/format.ts";
import type { Goal } from "../lib/results.ts";
import type { LatencySummary } from "../lib/statistics.ts";
import { type Column, renderTable } from "../lib/table.ts";
import type { GeneratorShare, Latencies } from "../open-loop/measure-open.ts";
import type { LatencyResult, LatencyRow } from "./latency-result.ts";

const COLUMNS: readonly Column[] = [
  { heading: "variant", align: "left" },
  { heading: "time to", align: "left" },
  ...[
    "decided/s",
    "p50 ms",
    "p90 ms",
    "p99 ms",
    "p99.9 ms",
    "max ms",
    "backlog",
    "conns",
    "refused",
    "load",
    "API",
    "worker",
    "PostgreSQL",
    "other",
  ].map((heading) => ({ heading, align: "right" as const })),
];

/** The table: per rate and variant a line for each thing that is waited for. */
export function renderLatency({ rows, warm_up_ms, measure_ms, goals }: LatencyResult): string {
  const tables = [...Map.groupBy(rows, ({ rate_per_s }) => rate_per_s)].map(
    ([rate, group]) =>
      `${whole(rate)} requests/s on one event (${whole(rate * 60)} a minute)\n${renderTable(COLUMNS, group.flatMap(linesOf))}`,
  );
  return [
    `${digits(measure_ms / 1_000)} s each after ${digits(warm_up_ms / 1_000)} s of warm-up; latencies from the intended time of sending`,
    ...tables,
    NOTES,
    renderGoals(goals),
    ...rows.flatMap(troublesOf),
  ].join("\n\n");
}

const NOTES = [
  "backlog: requests without an answer when the load ended; where it grows, the variant cannot keep up, and its latencies only tell how long the load lasted.",
  "evently with 202: the answer tells that the request was accepted; its decision is timed by the notice that follows the turn's COMMIT.",
].join("\n");

const NOTHING: Partial<LatencySummary> = {};

/** A line for what was waited for; one without figures for a variant that did not answer a single booking. */
function linesOf(row: LatencyRow): string[][] {
  const shared = [
    whole(row.backlog),
    whole(row.connections),
    whole(Object.values(row.refused_by_code).reduce((sum, count) => sum + count, row.broken)),
    ...["load", "api", "worker", "postgresql", "other"].map((part) => percent(row.cpu?.[part] ?? null)),
  ];
  const told = [["202", row.accept] as const, ["decision", row.decision] as const];
  const lines = told.flatMap(([what, latencies]) =>
    latencies === null ? [] : [lineOf(row, what, latencies, shared)],
  );
  return lines.length > 0 ? lines : [lineOf(row, "nothing", null, shared)];
}

function lineOf(
  row: LatencyRow,
  what: string,
  latencies: Latencies | null,
  shared: readonly string[],
): string[] {
  const { p50_ms, p90_ms, p99_ms, p99_9_ms, max_ms } = latencies?.summary ?? NOTHING;
  const figures = [p50_ms, p90_ms, p99_ms, p99_9_ms, max_ms].map((ms) =>
    ms === undefined ? "–" : digits(ms),
  );
  const name = row.prefer === "wait" ? row.variant : `${row.variant}, 202`;
  return [name, what, whole(row.decided_per_s), ...figures, ...shared];
}

function troublesOf(row: LatencyRow): string[] {
  const where = `${row.variant} (${row.prefer}) at ${whole(row.rate_per_s)}/s`;
  return [
    ...(row.generator.is_behind ? [`GENERATOR BEHIND: ${where}: ${describeGenerator(row.generator)}`] : []),
    ...(row.unanswered === 0
      ? []
      : [
          `${where}: ${whole(row.unanswered)} requests were never answered; they count with the time they had waited`,
        ]),
    ...Object.entries(row.refused_by_code).map(([code, count]) => `${where}: ${whole(count)} × ${code}`),
    ...row.violations.map((violation) => `BOOKS VIOLATED by ${where}: ${violation}`),
  ];
}

/** How late the generator was, as part of a sentence. */
export function describeGenerator({ lag_p99_ms, lag_max_ms, core_share }: GeneratorShare): string {
  return `one of 100 requests left more than ${digits(lag_p99_ms)} ms late (at most ${digits(lag_max_ms)} ms), with ${percent(core_share)} of a core`;
}

const GOALS = [
  { name: "1,667/s: p99 from request to 202", prefer: "respond-async", of: "accept", atMost: 10 },
  { name: "1,667/s: p99 from request to decision (201)", prefer: "wait", of: "decision", atMost: 50 },
] as const;

/** What the run says about the project's goals; nothing where it did not measure them. */
export function latencyGoals(rows: readonly LatencyRow[]): Goal[] {
  return GOALS.map(({ name, prefer, of, atMost }) => {
    const row = rows.find(
      (one) => one.variant === "evently" && one.prefer === prefer && one.rate_per_s === 1_667,
    );
    const value = row?.[of]?.summary.p99_ms ?? null;
    return { name, wanted: `≤ ${atMost} ms`, value, reached: value === null ? null : value <= atMost };
  });
}

/** Percentile curves, a panel for each rate. */
export function latencyChart({ rows }: LatencyResult): string {
  const panels = [...Map.groupBy(rows, ({ rate_per_s }) => rate_per_s)].map(([rate, group]) =>
    panelOf(rate, group),
  );
  return renderLineChart({
    title: "How long a booking takes, at a given rate",
    subtitle: "milliseconds from the intended time of sending; one hot event; open loop",
    panels,
  });
}

function panelOf(rate: number, rows: readonly LatencyRow[]): LinePanel {
  const lines = rows.flatMap(chartLines);
  const points = lines.flatMap((line) => line.points);
  const ms = points.map(({ y }) => y);
  return {
    heading: `${whole(rate)} requests a second`,
    axis: "share of the requests that took at most so long",
    x: percentileScale(Math.max(90, ...points.map(({ x }) => x))),
    y: logScale({ lowest: Math.min(1, ...ms), highest: Math.max(10, ...ms) }),
    lines,
  };
}

function chartLines(row: LatencyRow): ChartLine[] {
  const line = (label: string, tone: ChartLine["tone"], latencies: Latencies | null): ChartLine[] =>
    latencies === null
      ? []
      : [{ label, tone, points: latencies.curve.map(({ percentile, ms }) => ({ x: percentile, y: ms })) }];
  if (row.variant === "evently" && row.prefer === "respond-async")
    return line("evently: accepted (202)", "second", row.accept);
  if (row.variant === "evently") return line("evently: decided (201)", "main", row.decision);
  return line(row.variant, row.variant === "conditional" ? "faint" : "plain", row.decision);
}
