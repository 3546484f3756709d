import { build, type Histogram } from "hdr-histogram-js";

/** Latencies in milliseconds, to three digits, as a reader of the report needs them. */
export interface LatencySummary {
  readonly p50_ms: number;
  readonly p90_ms: number;
  readonly p99_ms: number;
  readonly max_ms: number;
}

const HIGHEST_US = 3_600_000_000;

/** A histogram of latencies in whole microseconds, exact to three digits up to an hour. */
export class LatencyHistogram {
  readonly #histogram: Histogram = build({
    highestTrackableValue: HIGHEST_US,
    numberOfSignificantValueDigits: 3,
  });

  /** Adds one latency in milliseconds. */
  add(latencyMs: number): void {
    this.#histogram.recordValue(Math.min(HIGHEST_US, Math.max(1, Math.round(latencyMs * 1_000))));
  }

  get count(): number {
    return this.#histogram.totalCount;
  }

  /** The percentiles of everything added, or null where nothing was. */
  summary(): LatencySummary | null {
    if (this.count === 0) return null;
    const at = (percentile: number) => toMs(this.#histogram.getValueAtPercentile(percentile));
    return { p50_ms: at(50), p90_ms: at(90), p99_ms: at(99), max_ms: toMs(this.#histogram.maxValue) };
  }
}

function toMs(valueUs: number): number {
  return Number((valueUs / 1_000).toPrecision(3));
}

/** The middle value; the mean of the two middle ones where their number is even. */
export function median(values: readonly number[]): number {
  if (values.length === 0) throw new Error("invariant: the median of nothing was asked for");
  const sorted = values.toSorted((a, b) => a - b);
  const upper = Math.floor(sorted.length / 2);
  const middle = sorted.length % 2 === 1 ? [sorted[upper]!] : [sorted[upper - 1]!, sorted[upper]!];
  return middle.reduce((sum, value) => sum + value, 0) / middle.length;
}

/** `median` over the values that are there, null where none is. */
export function medianOrNull(values: readonly (number | null)[]): number | null {
  const present = values.filter((value) => value !== null);
  return present.length === 0 ? null : median(present);
}
