import type { CpuReading } from "../lib/cpu.ts";
import type { GeneratorShare, Latencies } from "../open-loop/measure-open.ts";

/** How the product did while it was offered several times what it can decide. */
export interface OverloadRow {
  readonly prefer: "wait" | "respond-async";
  readonly offered_per_s: number;
  readonly overload_s: number;
  /** Decided a second while the load lasted, counted in the database. */
  readonly goodput_per_s: number;
  readonly goodput_against_capacity: number;
  readonly decided_per_s_by_second: readonly number[];
  /** From the intended time of sending, whose patience ended excluded. */
  readonly accept: Latencies | null;
  readonly decision: Latencies | null;
  readonly refused: Latencies | null;
  /** Refusals from the time at which their requests were sent: what the server took for them. */
  readonly refused_since_sent: Latencies | null;
  readonly refused_by_code: Readonly<Record<string, number>>;
  readonly broken: number;
  /** Found no connection for as long as they were willing to wait, and were never sent. */
  readonly gave_up: number;
  readonly unanswered: number;
  readonly backlog: number;
  readonly connections: number;
  /** `GET /health` while the load lasted, ten times a second. */
  readonly health: HealthSeen;
  /** From the end of the load until bookings are decided at once again; null: not within two minutes. */
  readonly recovery_ms: number | null;
  readonly generator: GeneratorShare;
  readonly cpu: CpuReading | null;
  readonly violations: readonly string[];
}

export interface HealthSeen {
  readonly latency: Latencies | null;
  /** Answers other than 200, and none at all. */
  readonly failed: number;
}

export interface OverloadResult {
  /** Decided a second in a closed loop of 1,000 connections. */
  readonly capacity_per_s: number;
  readonly times_capacity: number;
  readonly connections_max: number;
  readonly patience_ms: number;
  /** What a request waits behind in the product as it is shipped. */
  readonly bounds: Readonly<Record<string, number>>;
  readonly rows: readonly OverloadRow[];
}
