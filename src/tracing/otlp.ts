import { type ExportResult, ExportResultCode } from "@opentelemetry/core";
import { OTLPTraceExporter } from "@opentelemetry/exporter-trace-otlp-http";
import { BatchSpanProcessor, type ReadableSpan, type SpanProcessor } from "@opentelemetry/sdk-trace";

/** Told what became of spans that were sent. */
type CountExport = (result: "exported" | "lost", spans: number) => void;

const QUEUE_SPANS_MAX = 4_096;
const BATCH_SPANS_MAX = 512;
const DELAY_MS = 2_000;
/** A collector that has not answered by then gets no more of this batch. */
const EXPORT_MS_MAX = 5_000;

/**
 * Sends spans to a collector, by OTLP over HTTP as JSON. What does not fit into the queue is dropped.
 * @param endpoint the collector's base, to which `/v1/traces` is added
 */
export function otlpProcessor({
  endpoint,
  headers,
  count,
}: {
  readonly endpoint: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly count: CountExport;
}): SpanProcessor {
  const exporter = new CountingExporter(count, {
    url: `${endpoint.replace(/\/+$/, "")}/v1/traces`,
    headers: { ...headers },
    timeoutMillis: EXPORT_MS_MAX,
  });
  return new BatchSpanProcessor({
    exporter,
    maxQueueSize: QUEUE_SPANS_MAX,
    maxExportBatchSize: BATCH_SPANS_MAX,
    scheduledDelayMillis: DELAY_MS,
    exportTimeoutMillis: EXPORT_MS_MAX,
  });
}

class CountingExporter extends OTLPTraceExporter {
  readonly #count: CountExport;

  constructor(count: CountExport, options: ConstructorParameters<typeof OTLPTraceExporter>[0]) {
    super(options);
    this.#count = count;
  }

  override export(spans: ReadableSpan[], done: (result: ExportResult) => void): void {
    super.export(spans, (result) => {
      this.#count(result.code === ExportResultCode.SUCCESS ? "exported" : "lost", spans.length);
      done(result);
    });
  }
}
