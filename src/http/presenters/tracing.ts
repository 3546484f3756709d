import type { KeptSpan, TracedRequestView, TraceFigures } from "../../domain/trace-views.ts";
import { iso } from "./time.ts";

const KEPT_AS = ["usual", "slow", "failed"] as const;
const RATIO_DIGITS = 6;

/** 001's figures, of all requests and not of those alone that were traced; and what they are figures of. */
export function presentTraceFigures(
  figures: TraceFigures,
  {
    windowS,
    sampleRatio,
    slowMs,
  }: { readonly windowS: number; readonly sampleRatio: number; readonly slowMs: number },
): Record<string, unknown> {
  const { traces, slowTraces, failedTraces, bytes, oldestAt, requests, elapsedMs, slow, failed } = figures;
  return {
    total_traces: traces,
    avg_request_time: requests === 0 ? null : micros(elapsedMs / requests),
    slow_requests: slow,
    error_rate: requests === 0 ? null : Number((failed / requests).toFixed(RATIO_DIGITS)),
    total_requests: requests,
    failed_requests: failed,
    window_seconds: windowS,
    sample_ratio: sampleRatio,
    slow_threshold: slowMs,
    kept: { slow: slowTraces, failed: failedTraces, bytes, since: iso(oldestAt) },
  };
}

/** A request whose trace is kept, as a row of 001's list. */
export function presentTracedRequest(view: TracedRequestView): Record<string, unknown> {
  return {
    trace_id: view.traceId,
    method: view.method,
    path: view.route,
    duration: micros(view.durationMs),
    status: view.status,
    timestamp: iso(Math.floor(view.startedAt)),
    kept_as: KEPT_AS[view.rank],
  };
}

/** A whole trace: what it began with here, its spans, its statements, and where the time went. */
export function presentTrace(
  traceId: string,
  spans: readonly [KeptSpan, ...KeptSpan[]],
): Record<string, unknown> {
  const [first] = spans;
  const request = spans.find(({ kind }) => kind === "server");
  const endedAt = Math.max(...spans.map(({ startedAt, durationMs }) => startedAt + durationMs));
  const present = (span: KeptSpan) => presentSpan(span, first.startedAt);
  return {
    trace_id: traceId,
    method: request?.attributes["http.request.method"] ?? null,
    path: request?.attributes["http.route"] ?? null,
    status: request?.attributes["http.response.status_code"] ?? null,
    duration: request === undefined ? null : request.durationMs,
    timestamp: iso(Math.floor(first.startedAt)),
    total_duration: micros(endedAt - first.startedAt),
    processes: [...new Set(spans.map(({ process }) => process))],
    spans: spans.map(present),
    database_queries: spans.filter(isStatement).map((span) => ({
      query: span.name,
      duration: span.durationMs,
      process: span.process,
      span_id: span.id,
      parent_span_id: span.parentId,
      error: span.error,
    })),
    performance_breakdown: breakdownOf(spans.filter((span) => span !== request)),
  };
}

function isStatement({ attributes }: KeptSpan): boolean {
  return attributes["db.system.name"] !== undefined;
}

function presentSpan(span: KeptSpan, fromMs: number): Record<string, unknown> {
  const { id, parentId, name, kind, process, startedAt, durationMs, error, attributes } = span;
  return {
    span_id: id,
    parent_span_id: parentId,
    name,
    kind,
    process,
    started_at: iso(Math.floor(startedAt)),
    offset: micros(startedAt - fromMs),
    duration: durationMs,
    error,
    attributes,
  };
}

/** How much time went where, the most first. Spans lie within each other, so it does not add up to the whole. */
function breakdownOf(spans: readonly KeptSpan[]): Record<string, unknown>[] {
  const byName = Map.groupBy(spans, ({ name }) => name);
  const rows = [...byName].map(([name, group]) => ({
    name,
    count: group.length,
    duration: micros(group.reduce((sum, { durationMs }) => sum + durationMs, 0)),
  }));
  return rows.sort((one, other) => other.duration - one.duration);
}

function micros(ms: number): number {
  return Math.round(ms * 1_000) / 1_000;
}
