import type { CpuReading } from "../lib/cpu.ts";
import type { Goal } from "../lib/results.ts";

/** How many requests are traced: as the product comes, none, all. */
export const SAMPLINGS = {
  default: "as it comes",
  none: "nothing traced",
  all: "everything traced",
} as const;

export type Sampling = keyof typeof SAMPLINGS;

/** What one measurement gave. */
export interface TracingSample {
  readonly decided_per_s: number;
  /** Processor time of PostgreSQL, API and workers for one decision; null where the system does not tell. */
  readonly cpu_us_per_decision: number | null;
  readonly cpu: CpuReading | null;
  /** Spans for each decision, of all processes: written, and dropped because there was no room for them. */
  readonly spans_kept: number;
  readonly spans_dropped: number;
  readonly errors: number;
  readonly violations: readonly string[];
}

/** Each sampling once, on one event each. */
export type TracingRound = Readonly<Record<Sampling, TracingSample>>;

/** Ratios of one sampling to none, within each round. */
export interface Ratios {
  readonly median: number;
  readonly lowest: number;
  readonly highest: number;
}

/** One sampling: the medians of its rounds. */
export interface TracingRow extends TracingSample {
  readonly sampling: Sampling;
  readonly decided_per_s_by_round: readonly number[];
  readonly decided_against_none: Ratios;
  readonly cpu_against_none: Ratios | null;
}

export interface TracingResult {
  readonly connections: number;
  readonly rounds: number;
  readonly warm_up_ms: number;
  readonly measure_ms: number;
  /** `TRACE_SAMPLE_RATIO` of each. */
  readonly ratios: Readonly<Record<Sampling, number>>;
  readonly goals: readonly Goal[];
  readonly rows: readonly TracingRow[];
}
