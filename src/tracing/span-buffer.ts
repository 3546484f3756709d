import { SpanStatusCode } from "@opentelemetry/api";
import type { ReadableSpan, SpanProcessor } from "@opentelemetry/sdk-trace";
import type { KeptSpan } from "../domain/trace-views.ts";
import { storedOf } from "./stored-span.ts";

/** The request that a trace began with here. */
export interface RootRequest {
  /** Unix milliseconds. */
  readonly startedAt: number;
  readonly method: string;
  /** The pattern, such as /api/v1/events/:id: a path may hold ids of people's bookings. */
  readonly route: string;
  readonly status: number;
  readonly durationMs: number;
}

/** How long a trace is worth keeping: the higher, the longer. What was turned away in a rush is worth no more than what was slow. */
const RANK = { usual: 0, slow: 1, failed: 2 } as const;
/** 503: overload is not a fault. */
const TURNED_AWAY = "503";
export type Rank = (typeof RANK)[keyof typeof RANK];

/** What one process has to say about one trace. */
export interface TracePart {
  readonly traceId: string;
  readonly rank: Rank;
  readonly spans: readonly KeptSpan[];
  readonly request: RootRequest | null;
}

export interface SpanBufferOptions {
  readonly process: string;
  /** Spans that wait to be written. */
  readonly spansMax: number;
  /** A request that took longer is slow. */
  readonly slowMs: number;
  /** Nothing of these spans is kept. */
  readonly onDropped: (spans: number) => void;
}

/** Of what may wait, so much is left to traces that failed or were slow. */
const RESERVED_SHARE = 0.2;

interface Gathered {
  rank: Rank;
  readonly spans: KeptSpan[];
  request: RootRequest | null;
}

/** Gathers spans by trace until they are written. It is bounded: what is too much is dropped and counted, nobody waits. */
export class SpanBuffer implements SpanProcessor {
  readonly #options: SpanBufferOptions;
  #gathered = new Map<string, Gathered>();
  #count = 0;

  constructor(options: SpanBufferOptions) {
    this.#options = options;
  }

  onStart(): void {
    // A span is worth something once it is over.
  }

  onEnd(span: ReadableSpan): void {
    const { process, spansMax, onDropped } = this.#options;
    const rank = this.#rankOf(span);
    const max = rank === RANK.usual ? spansMax * (1 - RESERVED_SHARE) : spansMax;
    if (this.#count >= max) {
      onDropped(1);
      return;
    }
    this.#count += 1;
    const { traceId } = span.spanContext();
    const gathered = this.#gathered.get(traceId) ?? { rank, spans: [], request: null };
    if (gathered.spans.length === 0) this.#gathered.set(traceId, gathered);
    const stored = storedOf(span, process);
    gathered.spans.push(stored);
    if (rank > gathered.rank) gathered.rank = rank;
    gathered.request ??= requestOf(stored);
  }

  /** All that there is; from here on it is the caller's. */
  take(): TracePart[] {
    const parts = [...this.#gathered].map(([traceId, part]) => ({ traceId, ...part }));
    this.#gathered = new Map();
    this.#count = 0;
    return parts;
  }

  forceFlush(): Promise<void> {
    return Promise.resolve();
  }

  shutdown(): Promise<void> {
    return Promise.resolve();
  }

  #rankOf({ status, attributes, duration }: ReadableSpan): Rank {
    if (status.code === SpanStatusCode.ERROR) {
      return attributes["error.type"] === TURNED_AWAY ? RANK.slow : RANK.failed;
    }
    const isRequest = attributes["http.route"] !== undefined && attributes["evently.waits"] !== true;
    return isRequest && duration[0] * 1_000 + duration[1] / 1e6 >= this.#options.slowMs
      ? RANK.slow
      : RANK.usual;
  }
}

function requestOf({ kind, startedAt, durationMs, attributes }: KeptSpan): RootRequest | null {
  if (kind !== "server") return null;
  return {
    startedAt,
    durationMs,
    method: String(attributes["http.request.method"]),
    route: String(attributes["http.route"]),
    status: Number(attributes["http.response.status_code"]),
  };
}
