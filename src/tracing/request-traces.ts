import type { IncomingMessage } from "node:http";
import { type Attributes, ROOT_CONTEXT, type Span, SpanKind, TraceFlags, trace } from "@opentelemetry/api";
import { Allowance } from "./allowance.ts";
import { remoteContextOf } from "./carrier.ts";
import type { Reckoning } from "./reckoning.ts";
import type { Scope, Scopes } from "./scope.ts";
import type { SharedWork } from "./shared-work.ts";
import { below, type Spans } from "./spans.ts";

/** What is known of a request once it is answered. */
interface Answered {
  readonly request: IncomingMessage;
  readonly method: string;
  /** The pattern that matched, or "none". */
  readonly route: string;
  readonly status: number;
  readonly elapsedMs: number;
}

export interface RequestTracesOptions {
  /** 0 to 1: of requests that do not say for themselves. */
  readonly sampleRatio: number;
  /** A request that takes as long is slow. */
  readonly slowMs: number;
  readonly spans: Spans;
  readonly scopes: Scopes;
  readonly shared: SharedWork;
  readonly reckoning: Reckoning;
  readonly dice?: () => number;
  readonly drawnPerSecondMax?: number;
}

/**
 * Of a share of the requests, as many are traced in a second in one process. In a rush a hundredth is a hundred a second: then
 * nearly every turn has one and is measured for it, which is the dearest part. A share of 1 means all, and has no bound.
 */
const DRAWN_PER_SECOND_MAX = 10;
/** A caller who says that all of its requests are to be traced is believed so many times a second in one process. */
const BELIEVED_PER_SECOND_MAX = 50;
/** Of requests that failed or were slow and are not traced, as many are kept. In a storm the first tell what it is. */
const KEPT_PER_SECOND_MAX = 20;
/** Asked all the time and by machines; they say nothing about how people are served. */
const PROBES: ReadonlySet<string> = new Set(["/health", "/api/v1/health", "/livez", "/readyz", "/metrics"]);
/** These wait because they are asked to. */
const WAITING_ROUTE = /\/feed$/;

/** A request that is traced. */
export class TracedRequest {
  readonly span: Span;
  readonly #scope: Scope;
  readonly #scopes: Scopes;

  constructor(span: Span, scope: Scope, scopes: Scopes) {
    this.span = span;
    this.#scope = scope;
    this.#scopes = scopes;
  }

  /** Does its work as a part of the trace. */
  run(work: () => Promise<void>): Promise<void> {
    return this.#scopes.run(this.#scope, work);
  }
}

/**
 * Traces requests: those whose caller traces them, and a share of the others. Of a request that is not traced, and failed or
 * was slow, at least this is kept: that it was, and what became of it. To all others it costs a look at a header and a dice.
 */
export class RequestTraces {
  readonly #options: RequestTracesOptions;
  readonly #dice: () => number;
  readonly #believed = new Allowance(BELIEVED_PER_SECOND_MAX);
  readonly #kept = new Allowance(KEPT_PER_SECOND_MAX);
  readonly #drawn: Allowance;

  constructor(options: RequestTracesOptions) {
    this.#options = options;
    this.#dice = options.dice ?? Math.random;
    this.#drawn = new Allowance(options.drawnPerSecondMax ?? DRAWN_PER_SECOND_MAX);
  }

  /** Null: it is not traced. */
  begin(request: IncomingMessage): TracedRequest | null {
    const { traceparent } = request.headers;
    if (traceparent === undefined && !this.#isDrawn()) return null;
    return this.#beginSampled(request);
  }

  /** Ends what `begin` began. Returns the id of its trace; null where none is kept. */
  end(traced: TracedRequest | null, answered: Answered): string | null {
    const { reckoning, slowMs } = this.#options;
    const { route, status, elapsedMs } = answered;
    if (!PROBES.has(route)) {
      const isSlow = elapsedMs >= slowMs && !WAITING_ROUTE.test(route);
      reckoning.count(elapsedMs, { isSlow, isFailed: status >= 500 });
      if (traced === null && !isSlow && status < 500) return null;
    }
    if (traced === null) return PROBES.has(route) ? null : this.#keep(answered);
    this.#finish(traced.span, answered, performance.now());
    return traced.span.spanContext().traceId;
  }

  #beginSampled(request: IncomingMessage): TracedRequest | null {
    const { traceparent, tracestate } = request.headers as Readonly<Record<string, string | undefined>>;
    if (PROBES.has(request.url ?? "")) return null;
    const remote = remoteContextOf(traceparent, tracestate);
    if (traceparent !== undefined && !this.#follows(remote?.traceFlags ?? null)) return null;
    const fromMs = performance.now();
    const { spans, scopes, shared } = this.#options;
    const span = spans.begin(remote === null ? null : below(remote), {
      name: request.method ?? "",
      fromMs,
      kind: SpanKind.SERVER,
    });
    return new TracedRequest(span, shared.scopeOf([trace.setSpan(ROOT_CONTEXT, span)]), scopes);
  }

  /** @param flags of a caller's context; null where it sent one that is not valid, which counts for nothing */
  #follows(flags: number | null): boolean {
    if (flags !== null && (flags & TraceFlags.SAMPLED) === 0) return false;
    if (flags !== null && this.#believed.take(performance.now())) return true;
    return this.#isDrawn();
  }

  #isDrawn(): boolean {
    const { sampleRatio } = this.#options;
    if (this.#dice() >= sampleRatio) return false;
    return sampleRatio === 1 || this.#drawn.take(performance.now());
  }

  /** A span of a request that nobody traced. */
  #keep(answered: Answered): string | null {
    const toMs = performance.now();
    if (!this.#kept.take(toMs)) return null;
    const { traceparent, tracestate } = answered.request.headers as Readonly<
      Record<string, string | undefined>
    >;
    const remote = remoteContextOf(traceparent, tracestate);
    const span = this.#options.spans.begin(remote === null ? null : below(remote), {
      name: answered.method,
      fromMs: toMs - answered.elapsedMs,
      kind: SpanKind.SERVER,
      attributes: { "evently.kept": true },
    });
    this.#finish(span, answered, toMs);
    return span.spanContext().traceId;
  }

  #finish(span: Span, { method, route, status }: Answered, toMs: number): void {
    const attributes: Attributes = {
      "http.request.method": method,
      "http.route": route,
      "http.response.status_code": status,
      ...(WAITING_ROUTE.test(route) ? { "evently.waits": true } : {}),
    };
    span.updateName(`${method} ${route}`).setAttributes(attributes);
    this.#options.spans.end(span, toMs, status >= 500 ? String(status) : null);
  }
}
