import { InMemorySpanExporter, type ReadableSpan, SimpleSpanProcessor } from "@opentelemetry/sdk-trace";
import { Tracing, type TracingOptions } from "../../src/tracing/tracing.ts";

/** The tracing of a process whose spans stay here. */
export function recordedTracing(options: Partial<TracingOptions> = {}): {
  readonly tracing: Tracing;
  readonly spans: () => ReadableSpan[];
} {
  const exporter = new InMemorySpanExporter();
  const tracing = new Tracing({
    service: "evently",
    role: "api",
    instanceId: "a-test",
    version: "0.0.0",
    sampleRatio: 1,
    slowMs: 1_000,
    processors: [new SimpleSpanProcessor({ exporter })],
    ...options,
  });
  return { tracing, spans: () => exporter.getFinishedSpans() };
}
