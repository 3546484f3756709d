import { z } from "zod";
import { documentedSearchQuery, traceListQuery } from "../schemas/tracing.ts";
import { pageBeside } from "./components/list.ts";
import { count, named, time } from "./components/scalars.ts";
import type { Operation } from "./operation.ts";

const tag = "Tracing";
const TRACE = "4bf92f3577b34da6a3ce929d0e0e4736";
const SPAN = "00f067aa0ba902b7";

const traceId = z
  .string()
  .meta({ description: "As in `X-Trace-Id`: 32 hexadecimal digits (W3C Trace Context)", examples: [TRACE] });
const spanId = named(SPAN);
const ms = z.number().meta({ description: "Milliseconds", examples: [125.5] });
const name = named("turn BookTickets");
const process = z.enum(["api", "booking", "effects"]);
const error = z
  .string()
  .nullable()
  .meta({ description: "What kind of failure it was; null where it was none", examples: ["57014"] });
const status = z.int().meta({ examples: [201] });
const path = z
  .string()
  .meta({ description: "The pattern that matched, or `none`", examples: ["/api/v1/bookings"] });

const traceStats = z
  .strictObject({
    total_traces: count.meta({ description: "Traces that are kept" }),
    avg_request_time: ms.nullable().meta({
      description: "Milliseconds; of all requests, not of those alone that were traced; null without any",
    }),
    slow_requests: count.meta({ description: "Of all requests" }),
    error_rate: z
      .number()
      .min(0)
      .max(1)
      .nullable()
      .meta({ description: "Share of all requests that were answered 5xx", examples: [0.002] }),
    total_requests: count,
    failed_requests: count,
    window_seconds: count.meta({ description: "Of these requests are the figures, but for `total_traces`" }),
    sample_ratio: z
      .number()
      .min(0)
      .max(1)
      .meta({ examples: [0.01] }),
    slow_threshold: ms,
    kept: z.strictObject({ slow: count, failed: count, bytes: count, since: time.nullable() }),
  })
  .meta({
    id: "TraceStats",
    description: "What all processes answered in the last hour, and what is kept of it",
  });

const tracedRequest = z
  .strictObject({
    trace_id: traceId,
    method: named("POST"),
    path,
    duration: ms,
    status,
    timestamp: time,
    kept_as: z.enum(["usual", "slow", "failed"]),
  })
  .meta({ id: "TracedRequest", description: "A request whose trace is kept" });

const span = z
  .strictObject({
    span_id: spanId,
    parent_span_id: spanId.nullable(),
    name,
    kind: z.enum(["internal", "server", "client", "producer", "consumer"]),
    process,
    started_at: time,
    offset: ms.meta({ description: "Milliseconds since the trace began here" }),
    duration: ms,
    error,
    attributes: z.record(z.string(), z.unknown()),
  })
  .meta({ id: "Span", description: "A part of a trace, in one process" });

const trace = z
  .strictObject({
    trace_id: traceId,
    method: named("POST").nullable(),
    path: path.nullable(),
    status: status.nullable(),
    duration: ms.nullable().meta({ description: "Of the request, in milliseconds" }),
    timestamp: time,
    total_duration: ms.meta({ description: "Until the last that followed from it, in milliseconds" }),
    processes: z.array(process),
    spans: z.array(span),
    database_queries: z.array(
      z.strictObject({
        query: named("ledger-append").meta({ description: "The statement's name, never its values" }),
        duration: ms,
        process,
        span_id: spanId,
        parent_span_id: spanId.nullable(),
        error,
      }),
    ),
    performance_breakdown: z.array(z.strictObject({ name, count, duration: ms })).meta({
      description: "The most time first. Spans lie within each other: it does not add up to the whole",
    }),
  })
  .meta({ id: "Trace", description: "A request and what followed from it, in all processes" });

const page = {
  200: {
    description: "A page of requests, newest first",
    data: z.array(tracedRequest),
    beside: pageBeside,
    headers: ["Link" as const],
  },
};

/** For admins. */
export const TRACING_OPERATIONS: readonly Operation[] = [
  {
    method: "GET",
    path: "/tracing/stats",
    operationId: "getTracingStats",
    tag,
    summary: "How requests were answered, and what is kept of traces",
    replies: { 200: { description: "As of now", data: traceStats } },
    errors: [],
  },
  {
    method: "GET",
    path: "/tracing/traces",
    operationId: "listTraces",
    tag,
    summary: "Requests whose traces are kept",
    query: traceListQuery,
    replies: page,
    errors: [],
  },
  {
    method: "GET",
    path: "/tracing/search",
    operationId: "searchTraces",
    tag,
    summary: "The same, looked through",
    query: documentedSearchQuery,
    replies: page,
    errors: [],
  },
  {
    method: "GET",
    path: "/tracing/trace/:traceId",
    operationId: "getTrace",
    tag,
    summary: "One trace, from the request to what people were told",
    params: z.object({ traceId }),
    replies: { 200: { description: "What is kept of it", data: trace } },
    errors: ["TRACE_NOT_FOUND"],
  },
];
