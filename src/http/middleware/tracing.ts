import type { IncomingMessage } from "node:http";
import type { Middleware, ParameterizedContext } from "koa";
import { routeOf } from "../route-of.ts";
import type { AppState } from "../state.ts";

export interface AnsweredRequest {
  readonly request: IncomingMessage;
  readonly requestId: string;
  readonly method: string;
  /** The pattern that matched, such as /api/v1/events/:id, or "none". */
  readonly route: string;
  /** Without the query. */
  readonly path: string;
  readonly status: number;
  readonly elapsedMs: number;
}

/** A request that is traced. */
export interface TracedRequest {
  /** Does its work as a part of the trace. */
  run(work: () => Promise<void>): Promise<void>;
}

/** Which requests are traced, and what becomes of it. */
export interface RequestTracing {
  /** Null: it is not, as nearly none is. */
  begin(request: IncomingMessage): TracedRequest | null;
  /** Every request, once it is answered. Returns the id of its trace where one is kept, whether it was traced or not. */
  end(traced: TracedRequest | null, answered: AnsweredRequest): string | null;
}

/** The trace of a request, for whoever asks about it. */
export const TRACE_HEADER = "X-Trace-Id";

const UNTRACED: RequestTracing = { begin: () => null, end: () => null };

/** Sees every request from its beginning to its reply; names the trace of one that has any. */
export function observing(
  observe: (request: AnsweredRequest, traceId: string | null) => void,
  tracing: RequestTracing = UNTRACED,
): Middleware<AppState> {
  return async (ctx, next) => {
    const started = performance.now();
    const traced = tracing.begin(ctx.req);
    await (traced === null ? next() : traced.run(next));
    const answered = answeredOf(ctx, performance.now() - started);
    const traceId = tracing.end(traced, answered);
    if (traceId !== null) ctx.set(TRACE_HEADER, traceId);
    observe(answered, traceId);
  };
}

function answeredOf(ctx: ParameterizedContext<AppState>, elapsedMs: number): AnsweredRequest {
  const { method, path, status } = ctx;
  const { requestId } = ctx.state;
  return { request: ctx.req, requestId, method, route: routeOf(ctx), path, status, elapsedMs };
}
