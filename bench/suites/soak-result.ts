import type { CpuReading } from "../lib/cpu.ts";
import type { MemoryReading } from "../lib/memory.ts";
import type { MemorySample } from "../lib/memory-log.ts";
import type { TableSizes } from "../lib/table-sizes.ts";
import type { GeneratorShare } from "../open-loop/measure-open.ts";

/** One window of a soak, a minute in a full run. */
export interface SoakWindow {
  /** When it ended, in minutes since the first began. */
  readonly ended_at_min: number;
  /** Decisions of all kinds: bookings and cancellations. */
  readonly decided_per_s: number;
  /** From the intended time of sending a booking to its decision, those of `answered_202` included. */
  readonly p50_ms: number | null;
  readonly p99_ms: number | null;
  readonly refused: number;
  /** Bookings that were in line when their request had waited long enough. Each is looked up in the ledger at the end. */
  readonly answered_202: number;
  /** Requests of all kinds without an answer long after the load: bookings count with the time that they had waited. */
  readonly unanswered: number;
  readonly backlog: number;
  readonly cpu: CpuReading | null;
  readonly sizes: TableSizes;
}

/** How the memory of one part went, by a line fitted through the samples that are judged. */
export interface MemoryTrend {
  readonly part: keyof MemoryReading;
  readonly mean_mib: number;
  readonly slope_mib_per_min: number;
  /** What the line rises by over the judged time, against the mean. */
  readonly growth: number;
  /** Null where the run was too short to tell. */
  readonly is_flat: boolean | null;
}

export interface SoakResult {
  readonly capacity_per_s: number;
  readonly offered_per_s: number;
  readonly events: number;
  readonly window_s: number;
  readonly windows: readonly SoakWindow[];
  readonly memory: readonly MemorySample[];
  /** Samples before this were not judged. */
  readonly judged_from_min: number;
  readonly trends: readonly MemoryTrend[];
  readonly last_against_first: number;
  readonly is_steady: boolean;
  /** The most that waited at the end of a window, in seconds of load. */
  readonly backlog_s_max: number;
  readonly keeps_up: boolean;
  readonly generator: GeneratorShare;
  readonly refused_by_code: Readonly<Record<string, number>>;
  readonly violations: readonly string[];
}
