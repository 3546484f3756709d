import { renderGoals } from "../lib/bench-report.ts";
import { counted, digits, percent, whole } from "../lib/format.ts";
import { type Column, renderTable } from "../lib/table.ts";
import { type Ratios, SAMPLINGS, type TracingResult, type TracingRow } from "./tracing-result.ts";

const right = (heading: string): Column => ({ heading, align: "right" });
const COLUMNS: readonly Column[] = [
  { heading: "sampling", align: "left" },
  ...["ratio", "decided/s", "of none", "in rounds", "CPU µs", "of none", "in rounds"].map(right),
  ...["spans kept", "dropped", "load", "API", "worker", "PostgreSQL", "idle", "other"].map(right),
];
const PARTS = ["load", "api", "worker", "postgresql", "idle", "other"];

/** The table, what its columns mean, and the goal. */
export function renderTracing(result: TracingResult): string {
  const { rows, rounds, connections, warm_up_ms, measure_ms, ratios, goals } = result;
  return [
    `One event, ${whole(connections)} connections in a closed loop; ${counted(rounds, "round")} of ${digits(measure_ms / 1_000)} s each after ${digits(warm_up_ms / 1_000)} s of warm-up`,
    renderTable(
      COLUMNS,
      rows.map((row) => lineOf(row, ratios[row.sampling])),
    ),
    NOTES,
    renderGoals(goals),
    ...rows.flatMap(troublesOf),
  ].join("\n\n");
}

const NOTES = [
  "of none: the median of the ratios within each round; in rounds: the lowest and the highest of them.",
  "CPU µs: processor time of PostgreSQL, API and workers for one decision. Spans: for each decision. idle: the two API processes that are not asked.",
].join("\n");

function lineOf(row: TracingRow, ratio: number): string[] {
  const { cpu_us_per_decision: cpuUs } = row;
  return [
    SAMPLINGS[row.sampling],
    `${ratio}`,
    whole(row.decided_per_s),
    ...ratioCells(row, row.decided_against_none),
    cpuUs === null ? "–" : whole(cpuUs),
    ...ratioCells(row, row.cpu_against_none),
    ...[row.spans_kept, row.spans_dropped].map(digits),
    ...PARTS.map((part) => percent(row.cpu?.[part] ?? null)),
  ];
}

function ratioCells({ sampling }: TracingRow, ratios: Ratios | null): string[] {
  if (sampling === "none") return ["", ""];
  if (ratios === null) return ["–", "–"];
  const { median, lowest, highest } = ratios;
  return [median.toFixed(3), `${lowest.toFixed(2)} to ${highest.toFixed(2)}`];
}

function troublesOf({ sampling, errors, violations }: TracingRow): string[] {
  return [
    ...(errors === 0 ? [] : [`${SAMPLINGS[sampling]}: ${whole(errors)} errors`]),
    ...violations.map((violation) => `BOOKS VIOLATED: ${SAMPLINGS[sampling]}: ${violation}`),
  ];
}
