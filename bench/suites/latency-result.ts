import type { Goal } from "../lib/results.ts";
import type { Variant } from "../lib/scenarios.ts";
import type { OpenSample } from "../open-loop/measure-open.ts";

/** One line of the results: a way to book, at one rate. */
export interface LatencyRow extends OpenSample {
  readonly variant: Variant;
  /** `wait`: the answer tells the decision. `respond-async`: the request asked to be answered when it was accepted. */
  readonly prefer: "wait" | "respond-async";
  readonly rate_per_s: number;
  /** Connections of the peer to PostgreSQL; null for the product. */
  readonly pool_size: number | null;
}

export interface LatencyResult {
  readonly warm_up_ms: number;
  readonly measure_ms: number;
  readonly connections_max: number;
  readonly goals: readonly Goal[];
  readonly rows: readonly LatencyRow[];
}
