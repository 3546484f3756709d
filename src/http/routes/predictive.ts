import Router, { type RouterContext } from "@koa/router";
import { ApiError } from "../errors.ts";
import { principalOf } from "../middleware/authenticate.ts";
import type { ForecastScope, PredictiveDesk } from "../predictive-desk.ts";
import {
  accuracyShare,
  presentForecast,
  presentMeasured,
  presentMeasuredEvents,
  presentPredictedEvent,
} from "../presenters/predictive.ts";
import { succeed } from "../reply.ts";
import { organizerOf, predictiveQuery } from "../schemas/predictive.ts";
import type { AppState } from "../state.ts";
import { parseQuery } from "../validate.ts";

type Context = RouterContext<AppState>;

export interface PredictiveRoutesOptions {
  readonly predictive: PredictiveDesk;
}

/** Events of one reply, the soonest. */
const EVENTS_MAX = 50;

/** What sales are expected to come to: an organizer is shown their own, an admin all or one organizer's. */
export function predictiveRoutes({ predictive }: PredictiveRoutesOptions): Router<AppState> {
  return new Router<AppState>().get("/analytics/predictive", async (ctx) => {
    const query = parseQuery(predictiveQuery, ctx.query);
    const scope = scopeOf(ctx, organizerOf(query));
    const eventId = query.event_id?.toLowerCase() ?? null;
    succeed(ctx, 200, await predict(predictive, { scope, eventId, horizonDays: query.horizon }));
  });
}

async function predict(
  desk: PredictiveDesk,
  asked: { readonly scope: ForecastScope; readonly eventId: string | null; readonly horizonDays: number },
) {
  const { scope, eventId, horizonDays } = asked;
  const today = await desk.today();
  const [made, measured, measuredEvents, events] = await Promise.all([
    desk.latest(scope),
    desk.measured(scope, today),
    desk.measuredEvents(scope, today),
    eventId === null ? desk.events(scope, today, EVENTS_MAX) : oneEvent(desk, scope, eventId, today),
  ]);
  return {
    organizer_id: scope,
    measure: "confirmed bookings per day (UTC)",
    horizon: horizonDays,
    forecast: presentForecast(made, horizonDays),
    forecast_accuracy: accuracyShare(measured.byWeek),
    accuracy: presentMeasured(measured),
    events: events.map(presentPredictedEvent),
    event_accuracy: presentMeasuredEvents(measuredEvents),
  };
}

/** @throws ApiError EVENT_NOT_FOUND where there is none, or it is somebody else's: nobody is told which. */
async function oneEvent(desk: PredictiveDesk, scope: ForecastScope, eventId: string, today: string) {
  const event = await desk.event(scope, eventId, today);
  if (event === null) throw new ApiError("EVENT_NOT_FOUND", "Event not found");
  return [event];
}

/** @throws ApiError AUTH_UNAUTHORIZED where an organizer asks about another, without a look-up. */
function scopeOf(ctx: Context, organizer: string | null): ForecastScope {
  const { role, userId } = principalOf(ctx);
  if (role === "admin") return organizer;
  if (organizer !== null && organizer !== userId) {
    throw new ApiError("AUTH_UNAUTHORIZED", "Forecasts of another organizer are not shown");
  }
  return userId;
}
