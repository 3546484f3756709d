import { digits, percent, whole } from "./format.ts";
import type { Goal, Report, Result } from "./results.ts";
import { SCENARIOS, SETTINGS } from "./scenarios.ts";
import { type Column, renderTable } from "./table.ts";

const COLUMNS: readonly Column[] = [
  { heading: "variant", align: "left" },
  { heading: "decided/s", align: "right" },
  { heading: "× row-lock", align: "right" },
  { heading: "× tuned", align: "right" },
  { heading: "p50 ms", align: "right" },
  { heading: "p99 ms", align: "right" },
  { heading: "load", align: "right" },
  { heading: "API", align: "right" },
  { heading: "worker", align: "right" },
  { heading: "PostgreSQL", align: "right" },
  { heading: "other", align: "right" },
  { heading: "errors", align: "right" },
];

const SEATED: ReadonlySet<string> = new Set(
  SCENARIOS.filter(({ isSeated }) => isSeated).map(({ name }) => name),
);

/** The whole report as text: where it ran, one table for each scenario and setting, and the goals. */
export function renderReport(report: Report): string {
  const parts = [header(report)];
  for (const setting of SETTINGS) {
    for (const scenario of SCENARIOS) {
      const rows = report.results.filter(
        (result) => result.setting === setting.name && result.scenario === scenario.name,
      );
      if (rows.length > 0)
        parts.push(`${scenario.title} · ${setting.title}\n${renderTable(COLUMNS, rows.map(cells))}`);
    }
  }
  parts.push(notes(report), renderGoals(report.goals), troubles(report.results));
  return parts.filter((part) => part !== "").join("\n\n");
}

function header({ machine, versions, rounds, measure_ms }: Report): string {
  return [
    `${machine.cpu_model}, ${machine.cores} cores, ${machine.memory_gib} GiB, ${machine.os}, fsync ${machine.fsync_us} µs`,
    `Node ${versions.node}, PostgreSQL ${versions.postgresql}, pg-boss ${versions["pg-boss"]}, commit ${versions.git_commit ?? "none"}`,
    `medians of ${rounds} ${rounds === 1 ? "round" : "rounds"} of ${digits(measure_ms / 1_000)} s`,
  ].join("\n");
}

function cells(result: Result): string[] {
  const mark = result.answer_is === "decision" ? "" : "*";
  return [
    result.variant,
    whole(result.decided_per_s),
    ...[result.ratio_to_row_lock, result.ratio_to_row_lock_tuned].map((ratio) => ratio?.toFixed(2) ?? "–"),
    `${result.p50_ms === null ? "–" : digits(result.p50_ms)}${mark}`,
    `${result.p99_ms === null ? "–" : digits(result.p99_ms)}${mark}`,
    ...["load", "api", "worker", "postgresql", "other"].map((part) => percent(result.cpu?.[part] ?? null)),
    whole(result.errors),
  ];
}

function notes(report: Report): string {
  const pools = new Set(
    report.results
      .filter(({ pool_size }) => pool_size !== null)
      .map(({ variant, events, setting, pool_size }) => {
        return `${variant} ${pool_size} (${events === 1 ? "one event" : `${events} events`}, ${setting})`;
      }),
  );
  const drained = report.results.flatMap(({ drained_per_s }) =>
    drained_per_s === null ? [] : [drained_per_s],
  );
  return [
    "load (generator), API, worker, PostgreSQL, other (programs that do not take part): shares of the processor time.",
    "× row-lock, × tuned: decided per second against the peers row-lock and row-lock-tuned.",
    "* time until the answer, which does not tell the decision (send-per-request: 202, ceiling: no booking at all).",
    report.results.some(({ scenario }) => SEATED.has(scenario))
      ? "Seats are measured with evently alone: the peers have no seats."
      : "",
    drained.length === 0
      ? ""
      : `send-per-request: when nobody sends any more, its worker decides ${whole(Math.max(...drained))}/s at best.`,
    pools.size === 0 ? "" : `connections of the peers: ${[...pools].join(", ")}.`,
  ]
    .filter((line) => line !== "")
    .join("\n");
}

const VERDICTS = { true: "reached", false: "MISSED", null: "not measured" } as const;

/** The goals as a table. */
export function renderGoals(goals: readonly Goal[]): string {
  const columns: Column[] = [
    { heading: "goal", align: "left" },
    { heading: "wanted", align: "right" },
    { heading: "measured", align: "right" },
    { heading: "", align: "left" },
  ];
  const rows = goals.map(({ name, wanted, value, reached }) => [
    name,
    wanted,
    value === null ? "–" : digits(value),
    VERDICTS[`${reached}`],
  ]);
  return renderTable(columns, rows);
}

/** What went wrong in the run, or nothing. */
function troubles(results: readonly Result[]): string {
  return results
    .flatMap((result) => {
      const where = `${result.variant}, ${result.scenario}, ${result.setting}`;
      const errors =
        result.errors === 0 ? [] : [`errors in ${where}: ${JSON.stringify(result.errors_by_status)}`];
      return [...errors, ...result.violations.map((violation) => `BOOKS VIOLATED by ${where}: ${violation}`)];
    })
    .join("\n");
}
