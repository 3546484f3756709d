import Router, { type RouterContext } from "@koa/router";
import { EXPORTS } from "../analytics-desk.ts";
import { csvOf } from "../csv-rows.ts";
import { ApiError } from "../errors.ts";
import type { EventStreams } from "../event-streams.ts";
import { presentEventFigures } from "../presenters/analytics.ts";
import { presentSegments } from "../presenters/segments.ts";
import { succeed, succeedWithPage } from "../reply.ts";
import {
  currencyQuery,
  eventFiguresQuery,
  exportQuery,
  funnelQuery,
  periodOf,
  periodQuery,
  realtimeQuery,
} from "../schemas/analytics.ts";
import { LIST_DEFAULT, pageOf } from "../schemas/lists.ts";
import type { AppState } from "../state.ts";
import { ReadAnalytics, type ReadAnalyticsOptions, scopeOf } from "../steps/read-analytics.ts";
import { parseQuery, uuidParam } from "../validate.ts";

type Context = RouterContext<AppState>;

export type AnalyticsRoutesOptions = ReadAnalyticsOptions & {
  readonly cache: { readonly streams: EventStreams };
};

const STREAM = "text/event-stream";

/** What sales come to: an organizer is shown their own events, an admin all. */
export function analyticsRoutes(options: AnalyticsRoutesOptions): Router<AppState> {
  const routes = new AnalyticsRoutes(options);
  return new Router<AppState>()
    .get("/analytics", (ctx) => routes.overall(ctx))
    .get("/analytics/overview", (ctx) => routes.overview(ctx))
    .get("/analytics/revenue", (ctx) => routes.revenue(ctx))
    .get("/analytics/events", (ctx) => routes.events(ctx))
    .get("/analytics/events/:id", (ctx) => routes.event(ctx))
    .get("/analytics/dashboard", (ctx) => routes.dashboard(ctx))
    .get("/admin/analytics/dashboard", (ctx) => routes.dashboard(ctx))
    .get("/analytics/realtime", (ctx) => routes.realtime(ctx))
    .get("/analytics/funnel", (ctx) => routes.funnel(ctx))
    .get("/analytics/segments", (ctx) => routes.segments(ctx))
    .get("/analytics/export/:file", (ctx) => routes.export(ctx));
}

class AnalyticsRoutes {
  readonly #read: ReadAnalytics;
  readonly #streams: EventStreams;

  constructor(options: AnalyticsRoutesOptions) {
    this.#read = new ReadAnalytics(options);
    this.#streams = options.cache?.streams;
  }

  async overall(ctx: Context): Promise<void> {
    const { currency } = parseQuery(currencyQuery, ctx.query);
    succeed(ctx, 200, await this.#read.overall(scopeOf(ctx), currency));
  }

  async overview(ctx: Context): Promise<void> {
    succeed(ctx, 200, await this.#read.overview(scopeOf(ctx), askedIn(ctx)));
  }

  async revenue(ctx: Context): Promise<void> {
    succeed(ctx, 200, await this.#read.revenue(scopeOf(ctx), askedIn(ctx)));
  }

  async events(ctx: Context): Promise<void> {
    const { sort, ...query } = parseQuery(eventFiguresQuery, ctx.query);
    const page = pageOf(query, LIST_DEFAULT);
    const [{ events, total }, fresh] = await Promise.all([
      this.#read.desk.reads.events(scopeOf(ctx), { sort, ...page }),
      this.#read.freshness(),
    ]);
    succeedWithPage(ctx, events.map(presentEventFigures), { page, total }, fresh);
  }

  async event(ctx: Context): Promise<void> {
    succeed(ctx, 200, await this.#read.event(scopeOf(ctx), uuidParam(ctx.params)));
  }

  async dashboard(ctx: Context): Promise<void> {
    succeed(ctx, 200, await this.#read.dashboard(scopeOf(ctx), askedIn(ctx)));
  }

  /** Once, or, for who accepts server-sent events, again and again. */
  async realtime(ctx: Context): Promise<void> {
    const { interval_ms: everyMs, events: eventsMax = null } = parseQuery(realtimeQuery, ctx.query);
    const scope = scopeOf(ctx);
    const read = () => this.#read.realtime(scope);
    if (ctx.accepts("json", STREAM) !== STREAM) {
      succeed(ctx, 200, await read());
      return;
    }
    const told = { name: "realtime", everyMs, eventsMax };
    this.#streams.send(ctx, { ...told, read: async () => JSON.stringify(await read()) });
  }

  async funnel(ctx: Context): Promise<void> {
    const { event_id: eventId, ...days } = parseQuery(funnelQuery, ctx.query);
    const period = periodOf(days, Date.now());
    succeed(ctx, 200, await this.#read.funnel(scopeOf(ctx), eventId?.toLowerCase() ?? null, period));
  }

  async segments(ctx: Context): Promise<void> {
    const asked = parseQuery(currencyQuery, ctx.query);
    const [{ currency, found }, fresh] = await Promise.all([
      this.#read.segments(scopeOf(ctx), asked.currency),
      this.#read.freshness(),
    ]);
    succeed(ctx, 200, { ...presentSegments(found, currency), ...fresh });
  }

  /** CSV, row by row as it is read: of any length, and in the memory of a page. */
  async export(ctx: Context): Promise<void> {
    const name = EXPORTS.find((one) => `${one}.csv` === ctx.params.file);
    if (name === undefined) throw noSuchFile();
    const { event_id: asked, ...days } = parseQuery(exportQuery, ctx.query);
    const [scope, period] = [scopeOf(ctx), periodOf(days, Date.now())];
    const eventId = asked?.toLowerCase() ?? null;
    if (eventId !== null) await this.#read.findEvent(scope, eventId);
    ctx.status = 200;
    ctx.set("Content-Type", "text/csv; charset=utf-8");
    ctx.set("Content-Disposition", `attachment; filename="${name}.csv"`);
    if (ctx.method === "HEAD") return;
    ctx.body = csvOf(name, this.#read.desk.rows(name, { scope, eventId, period }));
  }
}

/** The days and the currency of a query. @throws ApiError VALIDATION_ERROR */
function askedIn(ctx: Context) {
  const { currency, ...days } = parseQuery(periodQuery, ctx.query);
  return { currency, period: periodOf(days, Date.now()) };
}

function noSuchFile(): ApiError {
  const files = EXPORTS.map((one) => `${one}.csv`).join(", ");
  return new ApiError("VALIDATION_ERROR", `There are ${files}`, {
    details: { file: `must be one of ${files}` },
  });
}
