import type { CpuReading } from "../lib/cpu.ts";
import type { Goal } from "../lib/results.ts";
import type { GeneratorShare, Latencies } from "../open-loop/measure-open.ts";

/** Event pages that are read while bookings go on. */
export interface PagesRow {
  readonly cache: "on" | "off";
  /** Whether its API process had `API_REALTIME`, and had not given it back by the end. */
  readonly in_real_time: boolean;
  /** What is booked: the event that most people look at, or all as they are looked at. */
  readonly booked: "one event" | "all events";
  readonly offered_reads_per_s: number;
  readonly offered_bookings_per_s: number;
  readonly decided_per_s: number;
  /** From the intended time of sending to the page. */
  readonly page: Latencies | null;
  /** To the decision, those of `answered_202` included. */
  readonly decision: Latencies | null;
  /** Bookings that were in line when their request had waited long enough. Each is looked up in the ledger at the end. */
  readonly answered_202: number;
  /** Of the pages that were asked for: from memory, or by a read that was under way already. */
  readonly hit_ratio: number;
  readonly database_reads_per_s: number;
  /** Read in the background. */
  readonly renewed: number;
  readonly by_source: Readonly<Record<string, number>>;
  readonly refused_by_code: Readonly<Record<string, number>>;
  readonly broken: number;
  /** Requests of both kinds without an answer long after the load: counted with the time that they had waited. */
  readonly unanswered: number;
  readonly backlog: number;
  readonly generator: GeneratorShare;
  readonly cpu: CpuReading | null;
  readonly violations: readonly string[];
}

/** All at once for a page that nobody has asked for yet. */
export interface Stampede {
  readonly cache: "on" | "off";
  readonly readers: number;
  readonly answered: number;
  readonly database_reads: number;
  readonly elapsed_ms: number;
}

export interface PagesResult {
  readonly events: number;
  readonly exponent: number;
  readonly warm_up_ms: number;
  readonly measure_ms: number;
  readonly connections_max: number;
  readonly goals: readonly Goal[];
  readonly rows: readonly PagesRow[];
  readonly stampedes: readonly Stampede[];
}
