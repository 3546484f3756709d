import { type ChartLine, type LinePanel, renderLineChart } from "../../src/charts/line-chart.ts";
import { linearScale } from "../../src/charts/scales.ts";
import { renderGoals } from "../lib/bench-report.ts";
import { digits, percent, whole } from "../lib/format.ts";
import type { MemoryReading } from "../lib/memory.ts";
import type { MemorySample } from "../lib/memory-log.ts";
import { type Column, renderTable } from "../lib/table.ts";
import { describeGenerator } from "./latency-report.ts";
import type { SoakResult, SoakWindow } from "./soak-result.ts";

const PARTS = {
  api: "API",
  worker: "worker",
  effects: "effects",
  postgresql: "PostgreSQL",
} as const satisfies Record<keyof MemoryReading, string>;
const PART_NAMES = Object.keys(PARTS) as (keyof MemoryReading)[];

const WINDOWS: readonly Column[] = [
  "minute",
  "decided/s",
  "p50 ms",
  "p99 ms",
  "refused",
  "202",
  ...Object.values(PARTS).map((name) => `${name} MiB`),
  "tables MiB",
  "indexes MiB",
  "mailboxes MiB",
  "dead rows",
  "CPU other",
].map((heading) => ({ heading, align: "right" }));

/** The windows as a table, and the verdict. */
export function renderSoak(result: SoakResult): string {
  const { windows, memory, capacity_per_s, offered_per_s, events, generator, refused_by_code, violations } =
    result;
  const unanswered = windows.reduce((sum, window) => sum + window.unanswered, 0);
  return [
    `${whole(offered_per_s)} requests/s on ${events} events, of ${whole(capacity_per_s)} bookings decided a second in a closed loop: 70 % book, 20 % look at events, 5 % at a booking, 5 % cancel one`,
    renderTable(
      WINDOWS,
      windows.map((window) => cells(window, memory)),
    ),
    renderVerdict(result),
    ...Object.entries(refused_by_code).map(([code, count]) => `${whole(count)} × ${code}`),
    ...(unanswered === 0 ? [] : [`${whole(unanswered)} requests were never answered`]),
    ...(generator.is_behind ? [`GENERATOR BEHIND: ${describeGenerator(generator)}`] : []),
    ...violations.map((violation) => `BOOKS VIOLATED: ${violation}`),
  ].join("\n\n");
}

function cells(window: SoakWindow, memory: readonly MemorySample[]): string[] {
  const last = memory.findLast(({ at_min }) => at_min <= window.ended_at_min);
  const { tables_mib, indexes_mib, jobs_mib, dead_jobs } = window.sizes;
  return [
    digits(window.ended_at_min),
    whole(window.decided_per_s),
    ...[window.p50_ms, window.p99_ms].map((ms) => (ms === null ? "–" : digits(ms))),
    whole(window.refused),
    whole(window.answered_202),
    ...PART_NAMES.map((part) => (last === undefined ? "–" : whole(last.mib[part]))),
    ...[tables_mib, indexes_mib, jobs_mib].map(digits),
    whole(dead_jobs),
    percent(window.cpu?.other ?? null),
  ];
}

function renderVerdict(result: SoakResult): string {
  const { trends, last_against_first, is_steady, backlog_s_max, keeps_up, judged_from_min } = result;
  const table = renderGoals([
    {
      name: "decided in the last window against the first",
      wanted: "≥ 0.9×",
      value: last_against_first,
      reached: is_steady,
    },
    {
      name: "waiting at the end of a window, in seconds of load",
      wanted: "≤ 1",
      value: backlog_s_max,
      reached: keeps_up,
    },
    ...trends.map(({ part, growth, is_flat }) => ({
      name: `memory of ${PARTS[part]}: growth in per cent`,
      wanted: "≤ 10 %",
      value: Number((growth * 100).toFixed(1)),
      reached: is_flat,
    })),
  ]);
  const slopes = trends.map(
    ({ part, mean_mib, slope_mib_per_min }) =>
      `${PARTS[part]} ${whole(mean_mib)} MiB ${slope_mib_per_min >= 0 ? "+" : "−"}${Math.abs(slope_mib_per_min)} a minute`,
  );
  return `${table}\nmemory: a line fitted from minute ${digits(judged_from_min)} on (least squares): ${slopes.join(", ")}`;
}

/** The time series of a soak, a panel for each figure. */
export function soakChart({ windows, memory, offered_per_s, events }: SoakResult): string {
  const minutes = windows.at(-1)?.ended_at_min ?? 1;
  const over = (pick: (window: SoakWindow) => number | null) =>
    windows.flatMap((window) => {
      const y = pick(window);
      return y === null ? [] : [{ x: window.ended_at_min, y }];
    });
  const tones = ["main", "second", "plain", "faint"] as const;
  const parts = PART_NAMES.map((part, at) => ({
    label: PARTS[part],
    tone: tones[at]!,
    points: memory.map(({ at_min, mib }) => ({ x: at_min, y: mib[part] })),
  }));
  return renderLineChart({
    title: `A mixed load of ${whole(offered_per_s)} requests a second, for ${digits(minutes)} minutes`,
    subtitle: `${events} events; open loop; latencies from the intended time of sending`,
    panels: [
      panel("decided per second", minutes, [
        { label: "decided/s", tone: "main", points: over((one) => one.decided_per_s) },
      ]),
      panel("time to the decision, ms", minutes, [
        { label: "p99", tone: "main", points: over(({ p99_ms }) => p99_ms) },
        { label: "p50", tone: "faint", points: over(({ p50_ms }) => p50_ms) },
      ]),
      panel("memory, MiB", minutes, parts),
      panel("sizes, MiB", minutes, [
        { label: "tables", tone: "plain", points: over(({ sizes }) => sizes.tables_mib) },
        { label: "indexes", tone: "faint", points: over(({ sizes }) => sizes.indexes_mib) },
        { label: "mailboxes", tone: "main", points: over(({ sizes }) => sizes.jobs_mib) },
      ]),
      panel("dead rows in the table of the mailboxes", minutes, [
        { label: "dead rows", tone: "main", points: over(({ sizes }) => sizes.dead_jobs) },
      ]),
    ],
  });
}

function panel(heading: string, minutes: number, lines: readonly ChartLine[]): LinePanel {
  const highest = Math.max(0, ...lines.flatMap(({ points }) => points.map(({ y }) => y)));
  return { heading, axis: "minutes", x: linearScale(minutes), y: linearScale(highest), lines };
}
