import Router, { type RouterContext } from "@koa/router";
import { send } from "../bare-reply.ts";
import { cancellationRateOf, percentOf, presentDays, ratioOf, together } from "../presenters/analytics.ts";
import { lastDays, periodOf, periodQuery } from "../schemas/analytics.ts";
import { pageOf } from "../schemas/lists.ts";
import type { AppState } from "../state.ts";
import { ReadAnalytics, type ReadAnalyticsOptions, scopeOf } from "../steps/read-analytics.ts";
import { parseQuery } from "../validate.ts";
import { listQuery } from "./schemas.ts";

type Context = RouterContext<AppState>;

/** Events whose utilisation one reply has where nobody says. */
const EVENTS_DEFAULT = 100;

/** 003's analytics. */
export function analyticsRoutesOfB(options: ReadAnalyticsOptions): Router<AppState> {
  const read = new ReadAnalytics(options);
  return new Router<AppState>().get("/admin/analytics", (ctx) => show(ctx, read));
}

async function show(ctx: Context, read: ReadAnalytics): Promise<void> {
  const { currency: asked, ...days } = parseQuery(periodQuery, ctx.query);
  const page = pageOf(parseQuery(listQuery, ctx.query), EVENTS_DEFAULT);
  const [scope, period, currency] = [scopeOf(ctx), periodOf(days, Date.now()), read.currencyOf(asked)];
  const { reads } = read.desk;
  const [fresh, totals, byDay, summary, { events, total }] = await Promise.all([
    read.freshness(),
    reads.totals(scope, period),
    reads.days(scope, period ?? lastDays(Date.now())),
    reads.summary(scope),
    reads.events(scope, { sort: "utilization", ...page }),
  ]);
  const all = together(totals);
  ctx.set("X-Total-Count", String(total));
  send(ctx, 200, {
    total_events: summary.events,
    total_bookings: all.bookings,
    active_bookings: all.bookings - all.cancelled,
    cancelled_bookings: all.cancelled,
    cancellation_rate: cancellationRateOf(all),
    daily_stats: presentDays(byDay, currency).map(({ date, bookings, cancelled, revenue }) => ({
      date,
      bookings,
      cancellations: cancelled,
      revenue,
    })),
    seat_utilization: events.map((event) => ({
      event_id: event.number,
      name: event.name,
      total_seats: event.capacity,
      booked_seats: event.sold,
      utilization: percentOf(ratioOf(event.sold, event.capacity)),
    })),
    currency,
    ...fresh,
  });
}
