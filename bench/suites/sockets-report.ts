import { renderLineChart } from "../../src/charts/line-chart.ts";
import { logScale, percentileScale } from "../../src/charts/scales.ts";
import { digits, percent, whole } from "../lib/format.ts";
import { type Column, renderTable } from "../lib/table.ts";
import type { Latencies } from "../open-loop/measure-open.ts";
import type { ApiMemory } from "../sockets/api-memory.ts";
import { describeGenerator } from "./latency-report.ts";
import type { SocketsResult, SocketsRound } from "./sockets-result.ts";
import { socketsViolations } from "./sockets-verdict.ts";

const right = (heading: string): Column => ({ heading, align: "right" });
const left = (heading: string): Column => ({ heading, align: "left" });
const PARTS = ["load", "audience", "api", "worker", "postgresql", "other"];
const ROUND_COLUMNS = [
  left("round"),
  left("load"),
  ...["decided/s", "p50 ms", "p99 ms", "load", "audience", "API", "worker", "PostgreSQL", "other"].map(right),
];
const TIME_COLUMNS = [
  left("from the decision until"),
  ...["heard/s", "count", "p50 ms", "p90 ms", "p99 ms", "p99.9 ms", "max ms"].map(right),
];
const MEMORY_COLUMNS = [left("API process"), ...["RSS MiB", "heap MiB", "external MiB"].map(right)];

/** The tables: what is decided, how soon it is heard, what a connection takes, and whether anything was lost. */
export function renderSockets(result: SocketsResult): string {
  const { sockets, opened, rounds, memory, verdict, caught_up } = result;
  return [
    `${whole(opened.connected)} of ${whole(sockets)} sockets, connected and following within ${digits(opened.took_ms / 1_000)} s`,
    renderTable(ROUND_COLUMNS, rounds.flatMap(roundLines)),
    ratiosOf(result),
    renderTable(TIME_COLUMNS, timeLines(result)),
    coalescedOf(result),
    renderTable(MEMORY_COLUMNS, memoryLines(memory)),
    `A connection: ${digits(memory.rss_kib_each)} KiB of resident memory, ${digits(memory.heap_kib_each)} KiB of it heap and buffers`,
    `Heard: ${whole(verdict.own_heard)} of ${whole(verdict.own_expected)} pushes about own bookings, ${whole(verdict.own_missed)} missed; ${whole(verdict.figures_heard)} figures; ${whole(caught_up)} clients asked for everything again`,
    ...rounds.flatMap(troublesOf),
    ...socketsViolations(result).map((violation) => `VIOLATED: ${violation}`),
  ].join("\n\n");
}

function roundLines({ round, steady, closed_loop }: SocketsRound): string[][] {
  const cpu = (of: SocketsRound["steady"]["cpu"]) => PARTS.map((part) => percent(of?.[part] ?? null));
  const ms = (value: number | null | undefined) => (value == null ? "–" : digits(value));
  const { decision } = steady;
  return [
    [
      round,
      "steady",
      whole(steady.decided_per_s),
      ms(decision?.summary.p50_ms),
      ms(decision?.summary.p99_ms),
      ...cpu(steady.cpu),
    ],
    [
      "",
      "closed loop",
      whole(closed_loop.decided_per_s),
      ms(closed_loop.p50_ms),
      ms(closed_loop.p99_ms),
      ...cpu(closed_loop.cpu),
    ],
  ];
}

function ratiosOf({ decided_against_without: { steady, closed_loop } }: SocketsResult): string {
  return `Decided with the sockets against without: ${steady.toFixed(2)} at the steady rate, ${closed_loop.toFixed(2)} in a closed loop`;
}

function timeLines({ times }: SocketsResult): string[][] {
  const { own, newest, each, deliveries_per_s } = times;
  const total = deliveries_per_s.own + deliveries_per_s.figures;
  return [
    timeLine("its person hears of it", deliveries_per_s.own, own),
    timeLine("figures that it is the newest of are heard", deliveries_per_s.figures, newest),
    timeLine("each follower has heard figures with it", null, each),
    ["all deliveries", whole(total)],
  ];
}

function timeLine(name: string, perS: number | null, latencies: Latencies | null): string[] {
  if (latencies === null) return [name, perS === null ? "" : whole(perS), "0"];
  const { p50_ms, p90_ms, p99_ms, p99_9_ms, max_ms } = latencies.summary;
  return [
    name,
    perS === null ? "" : whole(perS),
    whole(latencies.count),
    ...[p50_ms, p90_ms, p99_ms, p99_9_ms, max_ms].map(digits),
  ];
}

function coalescedOf(result: SocketsResult): string {
  const { times, figures_interval_ms, rate_per_s, measure_ms, api_us_per_delivery: us } = result;
  const { decisions_per_figures: decisions } = times;
  const each =
    decisions === null ? "no figures were heard" : `${digits(decisions)} decisions in each figures`;
  return `At ${whole(rate_per_s)} bookings/s for ${digits(measure_ms / 1_000)} s: ${each} (at most one every ${figures_interval_ms} ms)${us === null ? "" : `; ${whole(us)} µs of the API process for a delivery`}`;
}

function memoryLines({ before, connected, after_load, closed }: SocketsResult["memory"]): string[][] {
  const line = (name: string, { rss_mib, heap_mib, external_mib }: ApiMemory) => [
    name,
    ...[rss_mib, heap_mib, external_mib].map(digits),
  ];
  return [
    line("before they connect", before),
    line("connected", connected),
    line("after the load", after_load),
    line("all closed", closed),
  ];
}

function troublesOf({ round, steady, closed_loop }: SocketsRound): string[] {
  return [
    ...(steady.generator.is_behind
      ? [`GENERATOR BEHIND: ${round}: ${describeGenerator(steady.generator)}`]
      : []),
    ...Object.entries(steady.refused_by_code).map(([code, count]) => `${round}: ${whole(count)} × ${code}`),
    ...(steady.unanswered + steady.broken === 0
      ? []
      : [`${round}: ${whole(steady.unanswered)} never answered, ${whole(steady.broken)} broken`]),
    ...(closed_loop.errors === 0 ? [] : [`${round}: ${whole(closed_loop.errors)} errors in the closed loop`]),
  ];
}

/** How soon what was decided is heard, by percentiles. */
export function socketsChart({ times, sockets, rate_per_s }: SocketsResult): string {
  const curves = [
    { label: "its person hears of it", tone: "main" as const, latencies: times.own },
    { label: "figures, newest in them", tone: "second" as const, latencies: times.newest },
    { label: "figures, each in them", tone: "faint" as const, latencies: times.each },
  ];
  const lines = curves.flatMap(({ label, tone, latencies }) =>
    latencies === null
      ? []
      : [{ label, tone, points: latencies.curve.map(({ percentile, ms }) => ({ x: percentile, y: ms })) }],
  );
  const points = lines.flatMap((line) => line.points);
  const ms = points.map(({ y }) => y);
  return renderLineChart({
    title: "How soon a socket hears what was decided",
    subtitle: `milliseconds from the notice after the COMMIT; ${whole(sockets)} sockets on one event, ${whole(rate_per_s)} bookings a second`,
    panels: [
      {
        heading: "pushes",
        axis: "share of what was heard that took at most so long",
        x: percentileScale(Math.max(90, ...points.map(({ x }) => x))),
        y: logScale({ lowest: Math.min(1, ...ms), highest: Math.max(10, ...ms) }),
        lines,
      },
    ],
  });
}
