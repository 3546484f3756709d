import { digits, percent, whole } from "./format.ts";
import type { Goal, Report, Result } from "./results.ts";
import { SCENARIOS, SETTINGS } from "./scenarios.ts";
import { renderSellOut } from "./sell-out-report.ts";
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
  { heading: "Redis", align: "right" },
  { heading: "other", align: "right" },
  { heading: "CPU µs", align: "right" },
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
  parts.push(notes(report), renderSellOut(report), renderGoals(report.goals), troubles(report.results));
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
    ...["load", "api", "worker", "postgresql", "redis", "other"].map((part) =>
      percent(result.cpu?.[part] ?? null),
    ),
    cpuOf(result),
    whole(result.errors),
  ];
}

/** Processor time of everything but the load generator for one decided booking, in microseconds. */
function cpuOf({ cpu_us_per_decision }: Result): string {
  if (cpu_us_per_decision === null) return "–";
  const { load: _load, ...parts } = cpu_us_per_decision;
  return whole(Object.values(parts).reduce((sum, us) => sum + us, 0));
}

function notes(report: Report): string {
  const pools = new Set(
    report.results
      .filter(({ pool_size }) => pool_size !== null)
      .map(({ variant, events, setting, pool_size }) => {
        return `${variant} ${pool_size} (${events === 1 ? "one event" : `${events} events`}, ${setting})`;
      }),
  );
  return [
    "load (generator), API, worker, PostgreSQL, Redis, other (programs that do not take part): shares of the processor time.",
    "CPU µs: processor time of all parts but the load generator for one decided booking.",
    "× row-lock, × tuned: decided per second against the peers row-lock and row-lock-tuned.",
    "* time until the answer, which does not tell the decision (202 of those that send to a queue; ceiling: no booking at all).",
    report.results.some(({ scenario }) => SEATED.has(scenario))
      ? "Seats are measured with evently alone: the peers have no seats."
      : "",
    ...drains(report.results),
    ...unpersisted(report.results),
    pools.size === 0 ? "" : `connections of the peers: ${[...pools].join(", ")}.`,
  ]
    .filter((line) => line !== "")
    .join("\n");
}

/** What the workers of those that answer before they decide are capable of alone. */
function drains(results: readonly Result[]): string[] {
  const drained = results.filter(
    ({ drained_per_s, answer_is }) => drained_per_s !== null && answer_is === "acceptance",
  );
  return [...Map.groupBy(drained, ({ variant }) => variant)].map(([variant, rows]) => {
    const best = Math.max(...rows.map(({ drained_per_s }) => drained_per_s ?? 0));
    return `${variant}: when nobody sends any more, its worker decides ${whole(best)}/s at best.`;
  });
}

/** What would have been lost at the worst moments. */
function unpersisted(results: readonly Result[]): string[] {
  return results.flatMap(({ variant, scenario, setting, unpersisted_max: worst }) =>
    worst === null
      ? []
      : [
          `${variant}, ${scenario}, ${setting}: up to ${whole(worst.count)} confirmed bookings not in PostgreSQL, the oldest for ${whole(worst.ms)} ms.`,
        ],
  );
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
