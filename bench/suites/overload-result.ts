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
  /** Answered 202 and decided, but no notice of it was heard: in no latency, and a violation. */
  readonly unheard: number;
  readonly backlog: number;
  readonly connections: number;
  /** What the server turned away while the load lasted, by class and reason, as its own metrics have it. */
  readonly shed: Readonly<Record<string, number>>;
  /** Those who wanted something else meanwhile. */
  readonly others: OthersSeen;
  /** From the end of the load until bookings are decided at once again; null: not within two minutes. */
  readonly recovery_ms: number | null;
  readonly generator: GeneratorShare;
  readonly cpu: CpuReading | null;
  readonly violations: readonly string[];
}

/** How others fared: `GET /health` ten times a second, the rest five times a second. */
export interface OthersSeen {
  readonly health: ProbeSeen;
  /** Paying for a booking that was begun before. */
  readonly confirm: ProbeSeen;
  /** Asking what became of it. */
  readonly poll: ProbeSeen;
  /** One's own bookings. */
  readonly list: ProbeSeen;
  /** The list of events. */
  readonly page: ProbeSeen;
}

export interface ProbeSeen {
  /** Of answers with 2xx. */
  readonly latency: Latencies | null;
  /** Answers other than 2xx, and none at all. */
  readonly failed: number;
  /** Of these: told to come again later. */
  readonly shed: number;
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
