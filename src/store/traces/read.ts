import type pg from "pg";
import type { KeptSpan, TracedRequestView, TraceFigures, TraceSearch } from "../../domain/trace-views.ts";
import { ms } from "../columns.ts";
import { orFault } from "../faults.ts";

/** More parts has no trace that anybody could read. */
const PARTS_MAX = 1_000;

const COLUMNS = `trace_id as "traceId", method, route, status, duration_ms as "durationMs", rank,
  ${ms("started_at")} as "startedAt"`;

const MATCHES = `started_at is not null
  and ($1::text is null or method = $1) and ($2::smallint is null or status between $2 and $3)
  and ($4::float8 is null or duration_ms >= $4) and ($5::float8 is null or duration_ms <= $5)
  and ($6::text is null or route = $6)
  and ($7::timestamptz is null or started_at >= $7) and ($8::timestamptz is null or started_at < $8)`;

/** Requests whose traces are kept, newest first, and how many there are. @throws Fault where the database cannot be asked. */
export async function findTraces(
  pool: pg.Pool,
  { method, status, durationMs, route, started, limit, offset }: TraceSearch,
): Promise<{ readonly requests: readonly TracedRequestView[]; readonly total: number }> {
  const values = [
    method,
    status?.from ?? null,
    status?.to ?? null,
    durationMs.min,
    durationMs.max,
    route,
    started.from === null ? null : new Date(started.from),
    started.until === null ? null : new Date(started.until),
  ];
  const [page, counted] = await orFault(() =>
    Promise.all([
      pool.query<TracedRequestView>({
        name: "trace-page",
        text: `select ${COLUMNS} from trace_part where ${MATCHES}
                order by started_at desc, part_id desc limit $9 offset $10`,
        values: [...values, limit, offset],
      }),
      pool.query<{ total: number }>({
        name: "trace-count",
        text: `select count(*) as total from trace_part where ${MATCHES}`,
        values,
      }),
    ]),
  );
  return { requests: page.rows, total: counted.rows[0]?.total ?? 0 };
}

/** The spans of a trace, as far as they are kept, first ones first. @throws Fault where the database cannot be asked. */
export async function readTrace(pool: pg.Pool, traceId: string): Promise<readonly KeptSpan[]> {
  const { rows } = await orFault(() =>
    pool.query<{ spans: KeptSpan[] }>({
      name: "trace-read",
      text: "select spans from trace_part where trace_id = $1 order by part_id limit $2",
      values: [traceId, PARTS_MAX],
    }),
  );
  return rows.flatMap(({ spans }) => spans).toSorted((one, other) => one.startedAt - other.startedAt);
}

/** What is kept, and what was answered since a moment. @throws Fault where the database cannot be asked. */
export async function traceFigures(pool: pg.Pool, windowS: number): Promise<TraceFigures> {
  const { rows } = await orFault(() =>
    pool.query<TraceFigures>({
      name: "trace-figures",
      text: `select t.*, m.* from
        (select count(distinct trace_id) as traces, count(distinct trace_id) filter (where rank = 1) as "slowTraces",
                count(distinct trace_id) filter (where rank = 2) as "failedTraces",
                coalesce(sum(bytes), 0)::bigint as bytes, ${ms("min(written_at)")} as "oldestAt"
           from trace_part) t,
        (select coalesce(sum(requests), 0)::bigint as requests, coalesce(sum(elapsed_ms), 0)::float8 as "elapsedMs",
                coalesce(sum(slow), 0)::bigint as slow, coalesce(sum(failed), 0)::bigint as failed
           from request_minute where minute > now() - $1 * interval '1 second') m`,
      values: [windowS],
    }),
  );
  return rows[0] as TraceFigures;
}
