/** A request whose trace is kept. */
export interface TracedRequestView {
  /** 32 hexadecimal digits, W3C. */
  readonly traceId: string;
  readonly method: string;
  /** The pattern that matched: a path may hold ids of people's bookings. */
  readonly route: string;
  readonly status: number;
  readonly durationMs: number;
  /** Unix milliseconds. */
  readonly startedAt: number;
  /** How long it is kept: 0 like others, 1 slow, 2 failed. */
  readonly rank: 0 | 1 | 2;
}

/** What is looked for; null means any. Bounds are included, but for `until`. */
export interface TraceSearch {
  readonly method: string | null;
  readonly status: { readonly from: number; readonly to: number } | null;
  readonly durationMs: { readonly min: number | null; readonly max: number | null };
  readonly route: string | null;
  /** Unix milliseconds. */
  readonly started: { readonly from: number | null; readonly until: number | null };
  readonly limit: number;
  readonly offset: number;
}

/** A part of a trace: something that took its time, in one process. */
export interface KeptSpan {
  /** 16 hexadecimal digits. */
  readonly id: string;
  /** Null where it began the trace; of a caller's own span nothing is kept here. */
  readonly parentId: string | null;
  readonly name: string;
  readonly kind: "internal" | "server" | "client" | "producer" | "consumer";
  /** Which process this was: `api`, `booking`, `effects`. */
  readonly process: string;
  /** Unix milliseconds, with fractions. */
  readonly startedAt: number;
  readonly durationMs: number;
  /** What kind of failure it was; null where it was none. */
  readonly error: string | null;
  readonly attributes: Readonly<Record<string, unknown>>;
}

/** What is kept of traces, and what all processes answered in some time, traced or not. */
export interface TraceFigures {
  readonly traces: number;
  readonly slowTraces: number;
  readonly failedTraces: number;
  readonly bytes: number;
  /** Unix milliseconds; null where there is none. */
  readonly oldestAt: number | null;
  readonly requests: number;
  readonly elapsedMs: number;
  readonly slow: number;
  readonly failed: number;
}
