import { randomUUID } from "node:crypto";
import { setTimeout as sleep } from "node:timers/promises";
import type { TraceDesk } from "../http/trace-desk.ts";
import type { Config } from "../ops/config.ts";
import type { Log } from "../ops/log.ts";
import type { Metrics } from "../ops/metrics.ts";
import { readVersion } from "../ops/version.ts";
import { createPool } from "../store/database.ts";
import { purgeTraces } from "../store/traces/purge.ts";
import { findTraces, readTrace, traceFigures } from "../store/traces/read.ts";
import { countRequests, writeTraces } from "../store/traces/write.ts";
import { SpanBuffer } from "../tracing/span-buffer.ts";
import { TraceWriter } from "../tracing/trace-writer.ts";
import { Tracing, type TracingOptions } from "../tracing/tracing.ts";

/** Spans that wait to be written: some seconds of a process that traces everything. */
const SPANS_WAITING_MAX = 10_000;
const BOUNDS = {
  partsMax: 50_000,
  bytesMax: 67_108_864,
  usualHours: 1,
  notableHours: 168,
  countHours: 24,
};
/** A collector that is away must not hold up the end of a process. */
const CLOSE_MS_MAX = 2_000;

/** What a process does about traces: makes spans, keeps them in the database, and exports them where that is configured. */
export async function composeTracing(options: {
  readonly config: Config;
  readonly role: "api" | "booking" | "effects";
  readonly url: string;
  readonly metrics: Metrics;
  readonly log: Log;
}) {
  const { config, role, url, metrics, log } = options;
  const instanceId = randomUUID();
  const onDropped = (spans: number) => metrics.traceSpans.inc({ result: "dropped" }, spans);
  const buffer = new SpanBuffer({
    process: role,
    spansMax: SPANS_WAITING_MAX,
    slowMs: config.TRACE_SLOW_MS,
    onDropped,
  });
  const tracing = new Tracing({
    service: config.OTEL_SERVICE_NAME,
    role,
    instanceId,
    version: readVersion(),
    sampleRatio: config.TRACE_SAMPLE_RATIO,
    slowMs: config.TRACE_SLOW_MS,
    processors: [buffer, ...(await exportersOf(config, metrics))],
  });
  // Connects when there is something to be written, and ends its connection when there was nothing for a while.
  const pool = createPool({ url, name: "evently-traces", max: 1, log });
  const writer = new TraceWriter({
    buffer,
    reckoning: tracing.reckoning,
    write: (parts) => writeTraces(pool, parts),
    writeCount: (count) => countRequests(pool, instanceId, count),
    purge: () => purgeTraces(pool, BOUNDS),
    onWritten: (spans) => metrics.traceSpans.inc({ result: "kept" }, spans),
    onDropped,
    log,
  });
  writer.start();
  return {
    tracing,
    close: async () => {
      await Promise.race([
        tracing.close().catch(() => undefined),
        sleep(CLOSE_MS_MAX, undefined, { ref: false }),
      ]);
      await writer.close();
      await pool.end();
    },
  };
}

/** Loaded where it is wanted: nobody else pays for it. */
async function exportersOf(config: Config, metrics: Metrics): Promise<TracingOptions["processors"]> {
  const { OTEL_EXPORTER_OTLP_ENDPOINT: endpoint, OTEL_EXPORTER_OTLP_HEADERS: pairs } = config;
  if (endpoint === null) return [];
  const { otlpProcessor } = await import("../tracing/otlp.ts");
  const headers = Object.fromEntries(
    pairs.map((pair) => {
      const at = pair.indexOf("=");
      return [pair.slice(0, at), decodeURIComponent(pair.slice(at + 1))];
    }),
  );
  return [
    otlpProcessor({
      endpoint,
      headers,
      count: (result, spans) => metrics.traceSpans.inc({ result }, spans),
    }),
  ];
}

/** What admins see of traces. */
export function composeTraceDesk(config: Config, pool: Parameters<typeof readTrace>[0]): TraceDesk {
  return {
    sampleRatio: config.TRACE_SAMPLE_RATIO,
    slowMs: config.TRACE_SLOW_MS,
    find: (search) => findTraces(pool, search),
    read: (traceId) => readTrace(pool, traceId),
    figures: (windowS) => traceFigures(pool, windowS),
  };
}
