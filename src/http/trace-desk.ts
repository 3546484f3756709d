import type { KeptSpan, TracedRequestView, TraceFigures, TraceSearch } from "../domain/trace-views.ts";

/** What admins see of traces, of all processes. Each call: @throws Fault where the database cannot be asked. */
export interface TraceDesk {
  /** Of requests that do not say themselves whether they are traced; 0 to 1. */
  readonly sampleRatio: number;
  /** A request that takes as long is slow. */
  readonly slowMs: number;
  /** Newest first, and how many there are in all. */
  find(
    search: TraceSearch,
  ): Promise<{ readonly requests: readonly TracedRequestView[]; readonly total: number }>;
  /** In the order in which they began; none where nothing of it is kept. */
  read(traceId: string): Promise<readonly KeptSpan[]>;
  /** Of requests that were answered in so many seconds. */
  figures(windowS: number): Promise<TraceFigures>;
}
