import {
  build,
  decodeFromCompressedBase64,
  encodeIntoCompressedBase64,
  type Histogram,
} from "hdr-histogram-js";

/** Latencies in milliseconds, to three digits, as a reader of the report needs them. */
export interface LatencySummary {
  readonly p50_ms: number;
  readonly p90_ms: number;
  readonly p99_ms: number;
  readonly p99_9_ms: number;
  readonly max_ms: number;
}

/** A point of a percentile curve: so many per cent were at most so slow. */
export interface CurvePoint {
  readonly percentile: number;
  readonly ms: number;
}

/** Where a curve has points: ever closer to the slowest, as a logarithmic axis shows them. */
const CURVE = [1, 10, 25, 50, 75, 90, 95, 97.5, 99, 99.5, 99.75, 99.9, 99.95, 99.975, 99.99, 99.995, 99.999];

const HIGHEST_US = 3_600_000_000;

/** A histogram of latencies in whole microseconds, exact to three digits up to an hour. */
export class LatencyHistogram {
  readonly #histogram: Histogram = build({
    highestTrackableValue: HIGHEST_US,
    numberOfSignificantValueDigits: 3,
  });

  /** Adds one latency in milliseconds, or as many of the same. */
  add(latencyMs: number, count = 1): void {
    const us = Math.min(HIGHEST_US, Math.max(1, Math.round(latencyMs * 1_000)));
    this.#histogram.recordValueWithCount(us, count);
  }

  get count(): number {
    return this.#histogram.totalCount;
  }

  /** The percentiles of everything added, or null where nothing was. */
  summary(): LatencySummary | null {
    if (this.count === 0) return null;
    const at = (percentile: number) => toMs(this.#histogram.getValueAtPercentile(percentile));
    return {
      p50_ms: at(50),
      p90_ms: at(90),
      p99_ms: at(99),
      p99_9_ms: at(99.9),
      max_ms: toMs(this.#histogram.maxValue),
    };
  }

  /** The curve as far as there are values to tell it: a percentile above which not one whole value lies says nothing. */
  curve(): CurvePoint[] {
    return CURVE.filter((percentile) => this.count * (100 - percentile) >= 99.999).map((percentile) => ({
      percentile,
      ms: toMs(this.#histogram.getValueAtPercentile(percentile)),
    }));
  }

  /** As text, for another process. */
  encode(): string {
    return encodeIntoCompressedBase64(this.#histogram);
  }

  /** Adds everything that some histograms hold, as `encode` gave them. */
  addEncoded(...encoded: readonly string[]): this {
    for (const one of encoded) this.#histogram.add(decodeFromCompressedBase64(one));
    return this;
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
