import { SpanKind, SpanStatusCode } from "@opentelemetry/api";
import { hrTimeToMilliseconds } from "@opentelemetry/core";
import type { ReadableSpan } from "@opentelemetry/sdk-trace";
import type { KeptSpan } from "../domain/trace-views.ts";

const KIND_OF = {
  [SpanKind.INTERNAL]: "internal",
  [SpanKind.SERVER]: "server",
  [SpanKind.CLIENT]: "client",
  [SpanKind.PRODUCER]: "producer",
  [SpanKind.CONSUMER]: "consumer",
} as const satisfies Record<SpanKind, KeptSpan["kind"]>;

/** A span as it is kept. */
export function storedOf(span: ReadableSpan, process: string): KeptSpan {
  const { "error.type": error, ...attributes } = span.attributes;
  return {
    id: span.spanContext().spanId,
    parentId: span.parentSpanContext?.spanId ?? null,
    name: span.name,
    kind: KIND_OF[span.kind],
    process,
    startedAt: micros(hrTimeToMilliseconds(span.startTime)),
    durationMs: micros(hrTimeToMilliseconds(span.duration)),
    error: span.status.code === SpanStatusCode.ERROR ? String(error ?? "unknown") : null,
    attributes,
  };
}

/** To the microsecond: more is noise, and takes room. */
function micros(ms: number): number {
  return Math.round(ms * 1_000) / 1_000;
}
