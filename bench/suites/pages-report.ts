import { renderLineChart } from "../../src/charts/line-chart.ts";
import { logScale, percentileScale } from "../../src/charts/scales.ts";
import { renderGoals } from "../lib/bench-report.ts";
import { digits, percent, whole } from "../lib/format.ts";
import type { Goal } from "../lib/results.ts";
import { type Column, renderTable } from "../lib/table.ts";
import { describeGenerator } from "./latency-report.ts";
import type { PagesResult, PagesRow, Stampede } from "./pages-result.ts";

const PAGE_P99_MS_MAX = 5;

const right = (heading: string): Column => ({ heading, align: "right" });
const COLUMNS: readonly Column[] = [
  { heading: "cache", align: "left" },
  { heading: "real time", align: "left" },
  { heading: "booked", align: "left" },
  ...[
    "hits",
    "DB reads/s",
    "page p50 ms",
    "p90 ms",
    "p99 ms",
    "p99.9 ms",
    "max ms",
    "decided/s",
    "decision p99 ms",
    "backlog",
    "load",
    "API",
    "worker",
    "PostgreSQL",
    "other",
  ].map(right),
];
const STAMPEDE_COLUMNS: readonly Column[] = [
  { heading: "cache", align: "left" },
  ...["readers", "answered", "database reads", "all in ms"].map(right),
];

/** The tables: pages beside bookings, and the stampede. */
export function renderPages(result: PagesResult): string {
  const { rows, stampedes, events, exponent, measure_ms, warm_up_ms, goals } = result;
  return [
    `Pages of ${whole(events)} events by Zipf(${exponent.toFixed(1)}), beside bookings; ${digits(measure_ms / 1_000)} s each after ${digits(warm_up_ms / 1_000)} s of warm-up; latencies from the intended time of sending`,
    renderTable(COLUMNS, rows.map(lineOf)),
    "All at once for the page of a new event",
    renderTable(STAMPEDE_COLUMNS, stampedes.map(stampedeLine)),
    renderGoals(goals),
    ...rows.flatMap(troublesOf),
  ].join("\n\n");
}

function lineOf(row: PagesRow): string[] {
  const { page, decision } = row;
  const percentiles =
    page === null
      ? Array(5).fill("–")
      : [
          page.summary.p50_ms,
          page.summary.p90_ms,
          page.summary.p99_ms,
          page.summary.p99_9_ms,
          page.summary.max_ms,
        ].map(digits);
  return [
    row.cache,
    row.in_real_time ? "yes" : "no",
    row.booked,
    percent(row.hit_ratio),
    whole(row.database_reads_per_s),
    ...percentiles,
    whole(row.decided_per_s),
    decision === null ? "–" : digits(decision.summary.p99_ms),
    whole(row.backlog),
    ...["load", "api", "worker", "postgresql", "other"].map((part) => percent(row.cpu?.[part] ?? null)),
  ];
}

function stampedeLine({ cache, readers, answered, database_reads, elapsed_ms }: Stampede): string[] {
  return [cache, whole(readers), whole(answered), whole(database_reads), whole(elapsed_ms)];
}

/** The cache on the day of an on-sale, which is what the goal is about. */
function isOfTheSale({ cache, booked }: PagesRow): boolean {
  return cache === "on" && booked === "one event";
}

/** Of a row, in words. */
export function nameOf({ cache, in_real_time, booked }: Pick<PagesRow, "cache" | "in_real_time" | "booked">) {
  return `cache ${cache}, ${booked} booked${in_real_time ? ", API in real time" : ""}`;
}

function troublesOf(row: PagesRow): string[] {
  const where = nameOf(row);
  return [
    ...(row.generator.is_behind ? [`GENERATOR BEHIND: ${where}: ${describeGenerator(row.generator)}`] : []),
    ...(row.unanswered + row.broken === 0
      ? []
      : [`${where}: ${whole(row.unanswered)} never answered, ${whole(row.broken)} broken`]),
    ...(row.answered_202 === 0
      ? []
      : [
          `${where}: ${whole(row.answered_202)} bookings were answered 202, timed by the notice of their decision`,
        ]),
    ...Object.entries(row.refused_by_code).map(([code, count]) => `${where}: ${whole(count)} × ${code}`),
    ...row.violations.map((violation) => `VIOLATED: ${where}: ${violation}`),
  ];
}

/** What the run says about the project's goals. */
export function pagesGoals(rows: readonly PagesRow[], stampedes: readonly Stampede[]): Goal[] {
  const p99Of = (inRealTime: boolean) =>
    rows.find((row) => isOfTheSale(row) && row.in_real_time === inRealTime)?.page?.summary.p99_ms ?? null;
  const pageGoal = (name: string, p99: number | null): Goal => ({
    name,
    wanted: `< ${PAGE_P99_MS_MAX} ms`,
    value: p99,
    reached: p99 === null ? null : p99 < PAGE_P99_MS_MAX,
  });
  const reads = stampedes.find(({ cache }) => cache === "on")?.database_reads ?? null;
  return [
    pageGoal("2,000 event pages/s beside 1,000 bookings/s: p99", p99Of(false)),
    pageGoal("the same with API_REALTIME", p99Of(true)),
    {
      name: "a stampede on a cold page: reads of the database",
      wanted: "1",
      value: reads,
      reached: reads === null ? null : reads === 1,
    },
  ];
}

/** Percentile curves of pages, with the cache and without. */
export function pagesChart({ rows }: PagesResult): string {
  const lines = rows.flatMap((row) =>
    row.page === null
      ? []
      : [
          {
            label: nameOf(row),
            tone: isOfTheSale(row) ? ("main" as const) : ("plain" as const),
            points: row.page.curve.map(({ percentile, ms }) => ({ x: percentile, y: ms })),
          },
        ],
  );
  const points = lines.flatMap((line) => line.points);
  const ms = points.map(({ y }) => y);
  return renderLineChart({
    title: "How long an event's page takes while bookings go on",
    subtitle:
      "milliseconds from the intended time of sending; 2,000 pages and 1,000 bookings a second; open loop",
    panels: [
      {
        heading: "GET /api/v1/events/:id",
        axis: "share of the requests that took at most so long",
        x: percentileScale(Math.max(90, ...points.map(({ x }) => x))),
        y: logScale({ lowest: Math.min(1, ...ms), highest: Math.max(10, ...ms) }),
        lines,
      },
    ],
  });
}
