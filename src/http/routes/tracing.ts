import Router, { type RouterContext } from "@koa/router";
import type { KeptSpan, TraceSearch } from "../../domain/trace-views.ts";
import { ApiError } from "../errors.ts";
import { presentTrace, presentTracedRequest, presentTraceFigures } from "../presenters/tracing.ts";
import { succeed, succeedWithPage } from "../reply.ts";
import { LIST_DEFAULT, pageOf } from "../schemas/lists.ts";
import { TRACE_ID, traceListQuery, traceSearchQuery } from "../schemas/tracing.ts";
import type { AppState } from "../state.ts";
import type { TraceDesk } from "../trace-desk.ts";
import { malformed, parseQuery } from "../validate.ts";

type Context = RouterContext<AppState>;
type Wanted = Omit<TraceSearch, "limit" | "offset">;

export interface TracingRoutesOptions {
  readonly traces: TraceDesk;
}

const FIGURES_WINDOW_S = 3_600;
const ANY: Wanted = {
  method: null,
  status: null,
  durationMs: { min: null, max: null },
  route: null,
  started: { from: null, until: null },
};

/** Traces of requests, for admins. */
export function tracingRoutes({ traces }: TracingRoutesOptions): Router<AppState> {
  const routes = new TracingRoutes(traces);
  return new Router<AppState>()
    .get("/tracing/stats", (ctx) => routes.stats(ctx))
    .get("/tracing/traces", (ctx) => routes.list(ctx))
    .get("/tracing/search", (ctx) => routes.search(ctx))
    .get("/tracing/trace/:traceId", (ctx) => routes.one(ctx));
}

class TracingRoutes {
  readonly #traces: TraceDesk;

  constructor(traces: TraceDesk) {
    this.#traces = traces;
  }

  async stats(ctx: Context): Promise<void> {
    const { sampleRatio, slowMs } = this.#traces;
    const figures = await this.#traces.figures(FIGURES_WINDOW_S);
    succeed(ctx, 200, presentTraceFigures(figures, { windowS: FIGURES_WINDOW_S, sampleRatio, slowMs }));
  }

  async list(ctx: Context): Promise<void> {
    const asked = parseQuery(traceListQuery, ctx.query);
    await this.#answer(ctx, asked, { ...ANY, durationMs: { min: asked.min_duration ?? null, max: null } });
  }

  async search(ctx: Context): Promise<void> {
    const asked = parseQuery(traceSearchQuery, ctx.query);
    const { method = null, status = null, path = null, min_duration: min = null } = asked;
    const { max_duration: max = null, from = null, until = null } = asked;
    if (min !== null && max !== null && min > max) {
      throw malformed("max_duration", "must not be below min_duration");
    }
    if (from !== null && until !== null && from >= until) throw malformed("until", "must be after from");
    const durationMs = { min, max };
    await this.#answer(ctx, asked, { method, status, durationMs, route: path, started: { from, until } });
  }

  async one(ctx: Context): Promise<void> {
    const traceId = (ctx.params.traceId ?? "").toLowerCase();
    if (!TRACE_ID.test(traceId)) {
      throw malformed("traceId", "must be 32 hexadecimal digits, not all of them 0");
    }
    const [first, ...rest] = await this.#traces.read(traceId);
    if (first === undefined) {
      throw new ApiError(
        "TRACE_NOT_FOUND",
        "No trace with this id is kept: it may never have been, or no longer",
      );
    }
    const spans: [KeptSpan, ...KeptSpan[]] = [first, ...rest];
    succeed(ctx, 200, presentTrace(traceId, spans));
  }

  async #answer(ctx: Context, asked: Parameters<typeof pageOf>[0], wanted: Wanted): Promise<void> {
    const page = pageOf(asked, LIST_DEFAULT);
    const { requests, total } = await this.#traces.find({ ...wanted, ...page });
    succeedWithPage(ctx, requests.map(presentTracedRequest), { page, total });
  }
}
