import { renderChart } from "../lib/chart.ts";
import { digits, percent, whole } from "../lib/format.ts";
import { type Column, renderTable } from "../lib/table.ts";
import type { Latencies } from "../open-loop/measure-open.ts";
import { describeGenerator } from "./latency-report.ts";
import type { OthersSeen, OverloadResult, OverloadRow } from "./overload-result.ts";

const NAMES = {
  wait: "clients that wait for the decision",
  "respond-async": "clients that want a 202 at once",
} as const satisfies Record<OverloadRow["prefer"], string>;

const OTHERS: readonly (readonly [keyof OthersSeen, string])[] = [
  ["health", "GET /health"],
  ["confirm", "paying for a booking"],
  ["poll", "asking after a booking"],
  ["list", "own bookings"],
  ["page", "list of events"],
];

const COLUMNS: readonly Column[] = [
  { heading: "", align: "left" },
  ...Object.values(NAMES).map((heading) => ({ heading, align: "right" as const })),
];

const LINES: readonly (readonly [string, (row: OverloadRow) => string])[] = [
  ["offered a second", (row) => whole(row.offered_per_s)],
  ["for seconds", (row) => whole(row.overload_s)],
  ["goodput: decided a second", (row) => whole(row.goodput_per_s)],
  ["goodput against capacity", (row) => row.goodput_against_capacity.toFixed(2)],
  ["202: p50, p99 ms", (row) => percentilesOf(row.accept)],
  ["decision: p50, p99 ms", (row) => percentilesOf(row.decision)],
  ["refused", (row) => whole(row.refused?.count ?? 0)],
  ["refusal: p50, p99 ms", (row) => percentilesOf(row.refused)],
  ["refusal, from its sending: p50, p99 ms", (row) => percentilesOf(row.refused_since_sent)],
  ["left without a connection", (row) => whole(row.gave_up)],
  ["broken connections, unanswered", (row) => `${whole(row.broken)}, ${whole(row.unanswered)}`],
  ["backlog, connections at the end", (row) => `${whole(row.backlog)}, ${whole(row.connections)}`],
  ...OTHERS.flatMap(([who, what]) => [
    [`${what}: p50, p99 ms`, (row: OverloadRow) => percentilesOf(row.others[who].latency)] as const,
    [
      `${what}: failed, with 503`,
      (row: OverloadRow) => `${whole(row.others[who].failed)}, ${whole(row.others[who].shed)}`,
    ] as const,
  ]),
  [
    "recovery after the load",
    (row) => (row.recovery_ms === null ? "not within 120 s" : `${digits(row.recovery_ms / 1_000)} s`),
  ],
  ...["load", "api", "worker", "postgresql", "other"].map(
    (part) => [`CPU: ${part}`, (row: OverloadRow) => percent(row.cpu?.[part] ?? null)] as const,
  ),
];

function percentilesOf(latencies: Latencies | null): string {
  return latencies === null
    ? "–"
    : `${digits(latencies.summary.p50_ms)}, ${digits(latencies.summary.p99_ms)}`;
}

/** The table: a column for each kind of client. */
export function renderOverload(result: OverloadResult): string {
  const rows = LINES.map(([name, show]) => [name, ...result.rows.map(show)]);
  return [
    `capacity: ${whole(result.capacity_per_s)} decided/s in a closed loop of 1,000 connections`,
    renderTable(COLUMNS, rows),
    boundsOf(result),
    ...result.rows.flatMap(troublesOf),
  ].join("\n\n");
}

/** What kept the queues finite: the product's limits where they refused something, otherwise the clients. */
function boundsOf({ bounds, connections_max, patience_ms, rows }: OverloadResult): string {
  const limits = Object.entries(bounds).map(([name, value]) => `${name} ${whole(value)}`);
  return [
    `limits as shipped: ${limits.join(", ")}; at most ${whole(connections_max)} connections, on which clients wait up to ${digits(patience_ms / 1_000)} s`,
    whoRefused(rows, connections_max),
  ].join("\n");
}

function whoRefused(rows: readonly OverloadRow[], connectionsMax: number): string {
  if (rows.some(({ refused }) => refused !== null)) return "refusals by code are below";
  return rows.some(({ connections }) => connections >= connectionsMax)
    ? "nothing was refused: the clients' connections were all taken before a limit of the product was reached"
    : "nothing was refused: what was offered was no overload";
}

function troublesOf(row: OverloadRow): string[] {
  const who = NAMES[row.prefer];
  return [
    ...Object.entries(row.shed).map(([what, count]) => `${who}, shed: ${whole(count)} × ${what}`),
    ...Object.entries(row.refused_by_code).map(([code, count]) => `${who}: ${whole(count)} × ${code}`),
    ...(row.generator.is_behind ? [`GENERATOR BEHIND with ${who}: ${describeGenerator(row.generator)}`] : []),
    ...row.violations.map((violation) => `BOOKS VIOLATED with ${who}: ${violation}`),
  ];
}

/** Goodput beside capacity. */
export function overloadChart({ capacity_per_s, times_capacity, rows }: OverloadResult): string {
  const goodput = rows.map(({ prefer, goodput_per_s }) => ({
    label: prefer,
    value: goodput_per_s,
    tone: "main" as const,
  }));
  return renderChart({
    title: `Bookings decided per second when ${times_capacity} times as many are asked for`,
    subtitle:
      "wait: clients wait for the decision; respond-async: clients are answered when they are in line; one hot event, open loop",
    axis: "decided bookings per second",
    panels: [
      {
        heading: "capacity, closed loop of 1,000 connections",
        bars: [{ label: "capacity", value: capacity_per_s, tone: "plain" }],
      },
      { heading: `offered ${times_capacity} × capacity, open loop`, bars: goodput },
    ],
  });
}
