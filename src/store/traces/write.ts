import { columnsOf, timestamp } from "../columns.ts";
import type { Queryable } from "../database.ts";

/** Spans of one trace, and the request that it began with here. */
export interface TraceRow {
  readonly traceId: string;
  /** How long it is kept: 0 like others, 1 slow, 2 failed. */
  readonly rank: number;
  /** A JSON list. */
  readonly spans: string;
  readonly bytes: number;
  readonly request: {
    /** Unix milliseconds. */
    readonly startedAt: number;
    readonly method: string;
    readonly route: string;
    readonly status: number;
    readonly durationMs: number;
  } | null;
}

/** A part belongs to its trace: it is kept as long as the part that has most to tell. */
const WRITE = `insert into trace_part (trace_id, rank, bytes, spans, started_at, method, route, status, duration_ms)
  select u.trace_id, greatest(u.rank, (select max(t.rank) from trace_part t where t.trace_id = u.trace_id)),
         u.bytes, u.spans, u.started_at, u.method, u.route, u.status, u.duration_ms
    from unnest($1::text[], $2::smallint[], $3::integer[], $4::json[], $5::timestamptz[], $6::text[], $7::text[],
                $8::smallint[], $9::float8[])
      as u (trace_id, rank, bytes, spans, started_at, method, route, status, duration_ms)`;

export async function writeTraces(db: Queryable, rows: readonly TraceRow[]): Promise<void> {
  await db.query({
    name: "trace-write",
    text: WRITE,
    values: columnsOf(
      rows,
      ({ traceId }) => traceId,
      ({ rank }) => rank,
      ({ bytes }) => bytes,
      ({ spans }) => spans,
      ({ request }) => (request === null ? null : timestamp(request.startedAt)),
      ({ request }) => request?.method,
      ({ request }) => request?.route,
      ({ request }) => request?.status,
      ({ request }) => request?.durationMs,
    ),
  });
  await raise(
    db,
    rows.filter(({ rank }) => rank > 0),
  );
}

/** What other processes wrote of these traces is kept as long. */
async function raise(db: Queryable, rows: readonly TraceRow[]): Promise<void> {
  if (rows.length === 0) return;
  await db.query({
    name: "trace-raise",
    text: `update trace_part t set rank = u.rank
             from (select trace_id, max(rank) as rank from unnest($1::text[], $2::smallint[]) as v (trace_id, rank)
                    group by trace_id) u
            where t.trace_id = u.trace_id and t.rank < u.rank`,
    values: columnsOf(
      rows,
      ({ traceId }) => traceId,
      ({ rank }) => rank,
    ),
  });
}

/** Adds to what a process answered in the present minute. */
export async function countRequests(
  db: Queryable,
  processId: string,
  count: {
    readonly requests: number;
    readonly elapsedMs: number;
    readonly slow: number;
    readonly failed: number;
  },
): Promise<void> {
  await db.query({
    name: "request-count",
    text: `insert into request_minute as m (minute, process_id, requests, elapsed_ms, slow, failed)
           values (date_trunc('minute', now()), $1, $2, $3, $4, $5)
           on conflict (minute, process_id) do update
              set requests = m.requests + excluded.requests, elapsed_ms = m.elapsed_ms + excluded.elapsed_ms,
                  slow = m.slow + excluded.slow, failed = m.failed + excluded.failed`,
    values: [processId, count.requests, count.elapsedMs, count.slow, count.failed],
  });
}
