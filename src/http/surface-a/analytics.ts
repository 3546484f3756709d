import Router, { type RouterContext } from "@koa/router";
import { send, sendList } from "../bare-reply.ts";
import { presentEventFigures } from "../presenters/analytics.ts";
import { eventFiguresQuery, periodOf, periodQuery } from "../schemas/analytics.ts";
import { LIST_DEFAULT, pageOf } from "../schemas/lists.ts";
import type { AppState } from "../state.ts";
import { ReadAnalytics, type ReadAnalyticsOptions, scopeOf } from "../steps/read-analytics.ts";
import { parseQuery } from "../validate.ts";

type Context = RouterContext<AppState>;

/** 002's analytics: what the canonical surface has, in camelCase. */
export function analyticsRoutesOfA(options: ReadAnalyticsOptions): Router<AppState> {
  const read = new ReadAnalytics(options);
  return new Router<AppState>()
    .get("/analytics/overview", async (ctx) =>
      send(ctx, 200, inCamelCase(await read.overview(scopeOf(ctx), askedIn(ctx)))),
    )
    .get("/analytics/revenue", async (ctx) =>
      send(ctx, 200, inCamelCase(await read.revenue(scopeOf(ctx), askedIn(ctx)))),
    )
    .get("/analytics/events", (ctx) => listEvents(ctx, read));
}

async function listEvents(ctx: Context, read: ReadAnalytics): Promise<void> {
  const { sort, ...query } = parseQuery(eventFiguresQuery, ctx.query);
  const page = pageOf(query, LIST_DEFAULT);
  const { events, total } = await read.desk.reads.events(scopeOf(ctx), { sort, ...page });
  sendList(
    ctx,
    events.map((event) => inCamelCase(presentEventFigures(event))),
    { page, total },
  );
}

function askedIn(ctx: Context) {
  const { currency, ...days } = parseQuery(periodQuery, ctx.query);
  return { currency, period: periodOf(days, Date.now()) };
}

/** Maps whose keys are somebody's words: names of tiers, codes of currencies. */
const BY_WORDS = new Set(["revenue_by_currency", "revenue_by_category", "revenue_by_event_category"]);

/** The names of fields, at every depth. */
function inCamelCase(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(inCamelCase);
  if (typeof value !== "object" || value === null) return value;
  return Object.fromEntries(
    Object.entries(value).map(([name, part]) => [
      name.replace(/_(\w)/g, (_, letter: string) => letter.toUpperCase()),
      BY_WORDS.has(name) ? part : inCamelCase(part),
    ]),
  );
}
