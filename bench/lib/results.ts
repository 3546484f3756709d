import { type CpuReading, cpuPerDecision, medianCpu } from "./cpu.ts";
import type { Unpersisted } from "./lines.ts";
import type { Machine, Versions } from "./machine.ts";
import type { Sample } from "./measure.ts";
import type { RedisCrash } from "./redis-crash.ts";
import { ANSWER_IS, type Measurement, type Variant } from "./scenarios.ts";
import type { SellOut } from "./sell-out.ts";
import { worstOf } from "./stake.ts";
import { median, medianOrNull } from "./statistics.ts";

/** One line of the table: the medians over the rounds of one variant in one scenario and setting. */
export interface Result {
  readonly scenario: string;
  readonly variant: Variant;
  readonly setting: string;
  readonly connections: number;
  readonly events: number;
  readonly decided_per_s: number;
  /** Against the row-lock peer in the same scenario and setting of the same run; null where it was not measured. */
  readonly ratio_to_row_lock: number | null;
  /** The same against the row-lock peer that writes with one statement. */
  readonly ratio_to_row_lock_tuned: number | null;
  readonly p50_ms: number | null;
  readonly p99_ms: number | null;
  /** What an answer tells: the decision, only that the request was accepted (202), or nothing at all. */
  readonly answer_is: (typeof ANSWER_IS)[Variant];
  readonly answered_per_s: number;
  /** Variants with a line that outlasts the load: what their worker decides of it when nobody sends any more. */
  readonly drained_per_s: number | null;
  /** redis-lua alone: the most confirmed bookings at one moment that were not in PostgreSQL, and the age of the oldest. */
  readonly unpersisted_max: Unpersisted | null;
  /** How long after the load the product's last notification was delivered, in milliseconds; null for who sends none. */
  readonly news_ms: number | null;
  readonly errors: number;
  readonly errors_by_status: Readonly<Record<string, number>>;
  /** Shares of the machine's processor time. */
  readonly cpu: CpuReading | null;
  /** The same by decision, in microseconds: hardly changed by other programs on the machine. */
  readonly cpu_us_per_decision: CpuReading | null;
  /** Connections to PostgreSQL of the peer's HTTP process: the size that did best; null for the others. */
  readonly pool_size: number | null;
  readonly decided_per_s_by_round: readonly number[];
  readonly violations: readonly string[];
}

/** A goal of the project and what this run says about it. */
export interface Goal {
  readonly name: string;
  readonly wanted: string;
  readonly value: number | null;
  readonly reached: boolean | null;
}

export interface Report {
  readonly started_at: string;
  readonly quick: boolean;
  readonly rounds: number;
  readonly warm_up_ms: number;
  readonly measure_ms: number;
  readonly machine: Machine;
  readonly versions: Versions;
  readonly postgresql_settings: Readonly<Record<string, string>>;
  readonly calibration: readonly PoolTrial[];
  readonly goals: readonly Goal[];
  readonly results: readonly Result[];
  /** What each variant says and writes when an event sells out. */
  readonly sell_out: readonly SellOut[];
  /** What was left of confirmed bookings each time that Redis and the process that writes them were killed. */
  readonly redis_crashes: readonly RedisCrash[];
  /** Variants that could not take part, and why. */
  readonly left_out: readonly LeftOut[];
}

export interface LeftOut {
  readonly variant: Variant;
  readonly reason: string;
}

/** A peer tried with one size of its connection pool. */
export interface PoolTrial {
  readonly variant: Variant;
  readonly setting: string;
  readonly events: number;
  readonly pool_size: number;
  readonly decided_per_s: number;
}

export interface Measured extends Measurement {
  readonly sample: Sample;
  readonly poolSize: number | null;
}

/** Takes the medians, in the order in which variants were first planned. */
export function resultsOf(measured: readonly Measured[]): Result[] {
  const groups = Map.groupBy(measured, ({ setting, scenario, variant }) =>
    [setting.name, scenario.name, variant].join("/"),
  );
  const rows = [...groups.values()].map((group) => rowOf(group as [Measured, ...Measured[]]));
  return rows.map((row) => ({
    ...row,
    ratio_to_row_lock: ratioOf(row, "row-lock", rows),
    ratio_to_row_lock_tuned: ratioOf(row, "row-lock-tuned", rows),
  }));
}

type Row = Omit<Result, "ratio_to_row_lock" | "ratio_to_row_lock_tuned">;

function rowOf(group: readonly [Measured, ...Measured[]]): Row {
  const { scenario, setting, variant, poolSize } = group[0];
  const samples = group.map(({ sample }) => sample);
  return {
    scenario: scenario.name,
    variant,
    setting: setting.name,
    connections: scenario.connections,
    events: scenario.events,
    decided_per_s: Math.round(median(samples.map((sample) => sample.decidedPerS))),
    p50_ms: medianOrNull(samples.map((sample) => sample.p50Ms)),
    p99_ms: medianOrNull(samples.map((sample) => sample.p99Ms)),
    answer_is: ANSWER_IS[variant],
    answered_per_s: Math.round(median(samples.map((sample) => sample.answeredPerS))),
    drained_per_s: rounded(medianOrNull(samples.map((sample) => sample.drainedPerS))),
    // What is at stake is no matter of medians.
    unpersisted_max: worstOf(samples.map((sample) => sample.unpersisted)),
    news_ms: rounded(medianOrNull(samples.map((sample) => sample.newsMs))),
    errors: samples.reduce((sum, sample) => sum + sample.errors, 0),
    errors_by_status: addUp(samples.map((sample) => sample.errorsByStatus)),
    cpu: medianCpu(samples.map((sample) => sample.cpu)),
    cpu_us_per_decision: medianCpu(samples.map((sample) => cpuPerDecision(sample.cpu, sample.decidedPerS))),
    pool_size: poolSize,
    decided_per_s_by_round: samples.map((sample) => Math.round(sample.decidedPerS)),
    violations: samples.flatMap((sample) => sample.violations),
  };
}

function rounded(value: number | null): number | null {
  return value === null ? null : Math.round(value);
}

function ratioOf(row: Row, peer: Variant, rows: readonly Row[]): number | null {
  const other = rows.find(
    ({ variant, scenario, setting }) =>
      variant === peer && scenario === row.scenario && setting === row.setting,
  );
  if (other === undefined || other.decided_per_s === 0) return null;
  return Number((row.decided_per_s / other.decided_per_s).toFixed(2));
}

/** The counts of several, name by name. */
export function addUp(counts: readonly Readonly<Record<string, number>>[]): Record<string, number> {
  const sums: Record<string, number> = {};
  for (const [status, count] of counts.flatMap((one) => Object.entries(one))) {
    sums[status] = (sums[status] ?? 0) + count;
  }
  return sums;
}
