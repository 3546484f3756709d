import type { CpuReading } from "../lib/cpu.ts";

/** The states of the queue in which the same load is measured. */
export const QUEUE_STATES = {
  baseline: "as it is",
  "stale-statistics": "statistics of an empty table",
  "pinned-xmin": "a long reader keeps dead rows",
  "many-events": "so many other events exist",
  "many-mailboxes": "so many other mailboxes have mail",
} as const;

export type QueueState = keyof typeof QUEUE_STATES;

/** One hot event in one state. */
export interface QueueRow {
  readonly state: QueueState;
  /** Other events, where the state is about them. */
  readonly others: number | null;
  readonly measured_s: number;
  readonly decided_per_s: number;
  /** Against the mean of the baselines before and after it. */
  readonly against_baseline: number;
  /** What the worker's statement for taking envelopes took in the middle, ms; from the worker's metrics. */
  readonly take_ms: number | null;
  readonly cpu: CpuReading | null;
  readonly violations: readonly string[];
}

/** The rate while a reader pins the horizon of vacuum. */
export interface PinnedPoint {
  /** Since the reader began, s; the end of the interval. */
  readonly at_s: number;
  readonly decided_per_s: number;
}

export interface QueueResult {
  readonly connections: number;
  /** All of them, in the order of measuring. */
  readonly baselines_per_s: readonly number[];
  readonly rows: readonly QueueRow[];
  readonly pinned: readonly PinnedPoint[];
  /** Rows of the queue's table that were dead and had to stay when the reader left. */
  readonly dead_rows: number;
}
