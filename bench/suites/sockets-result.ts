import type { CpuReading } from "../lib/cpu.ts";
import type { GeneratorShare, Latencies } from "../open-loop/measure-open.ts";
import type { ApiMemory } from "../sockets/api-memory.ts";
import type { HearingVerdict } from "../sockets/hearing.ts";
import type { HearingTimes } from "../sockets/hearing-times.ts";

/** When a round is measured: without sockets before and after the one with them. */
export type RoundName = "before" | "with sockets" | "after";

/** One load at a steady rate, and one that never lets the server rest, on the same event. */
export interface SocketsRound {
  readonly round: RoundName;
  readonly sockets: number;
  readonly steady: {
    readonly decided_per_s: number;
    /** From the intended time of sending a booking to its decision. */
    readonly decision: Latencies | null;
    readonly refused_by_code: Readonly<Record<string, number>>;
    readonly broken: number;
    readonly unanswered: number;
    readonly backlog: number;
    readonly generator: GeneratorShare;
    readonly cpu: CpuReading | null;
  };
  readonly closed_loop: {
    readonly decided_per_s: number;
    readonly p50_ms: number | null;
    readonly p99_ms: number | null;
    readonly errors: number;
    readonly cpu: CpuReading | null;
  };
  /** What did not hold in the event's books. */
  readonly violations: readonly string[];
}

/** Memory of the API process, each after its garbage was collected and with nothing under way. */
export interface SocketsMemory {
  /** It has worked, and had sockets before. */
  readonly before: ApiMemory;
  readonly connected: ApiMemory;
  readonly after_load: ApiMemory;
  /** All sockets are closed. */
  readonly closed: ApiMemory;
  /** From `before` to `connected`, for each connection. */
  readonly rss_kib_each: number;
  /** The same of the heap and of what hangs on it. */
  readonly heap_kib_each: number;
}

export interface SocketsResult {
  readonly sockets: number;
  readonly rate_per_s: number;
  readonly warm_up_ms: number;
  readonly measure_ms: number;
  /** Least time between two figures of the same event. */
  readonly figures_interval_ms: number;
  readonly opened: {
    readonly connected: number;
    /** Why the others are not, and how many of them. */
    readonly refused: Readonly<Record<string, number>>;
    readonly took_ms: number;
  };
  /** Connections that ended by themselves. */
  readonly lost: number;
  readonly memory: SocketsMemory;
  readonly times: HearingTimes;
  readonly verdict: HearingVerdict;
  /** Pushes of other names, by name. */
  readonly other_pushes: Readonly<Record<string, number>>;
  /** Clients that asked for everything since the beginning afterwards. */
  readonly caught_up: number;
  readonly rounds: readonly SocketsRound[];
  /** Decided with the sockets against the mean of the rounds without. */
  readonly decided_against_without: { readonly steady: number; readonly closed_loop: number };
  /** Processor time of the API process at the steady rate beyond that of the rounds without sockets, by delivery. */
  readonly api_us_per_delivery: number | null;
}
