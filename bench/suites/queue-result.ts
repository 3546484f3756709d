import type { CpuReading } from "../lib/cpu.ts";

/** The states of the queue in which the same load is measured. */
export const QUEUE_STATES = {
  baseline: "baseline",
  "stale-statistics": "statistics of an empty table",
  "pinned-xmin": "a long reader keeps dead rows",
  "second-server": "a second server, as it is",
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
  /** The mean of the baselines before it and of those after it; null for a baseline. */
  readonly baseline_per_s: number | null;
  readonly against_baseline: number | null;
  /** What the worker's statement for taking envelopes took in the middle, ms; from the worker's metrics. */
  readonly take_ms: number | null;
  readonly cpu: CpuReading | null;
  readonly violations: readonly string[];
}

/** A row before it is known what it is to be held against. */
export type MeasuredState = Omit<QueueRow, "baseline_per_s" | "against_baseline">;

/** The rate while a reader pins the horizon of vacuum. */
export interface PinnedPoint {
  /** Since the reader began, s; the end of the interval. */
  readonly at_s: number;
  readonly decided_per_s: number;
}

export interface QueueResult {
  readonly connections: number;
  /** In the order of measuring. */
  readonly rows: readonly QueueRow[];
  readonly pinned: readonly PinnedPoint[];
  /** Rows of the queue's table that were dead and had to stay when the reader left. */
  readonly dead_rows: number;
}
