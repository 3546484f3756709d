import type pg from "pg";
import type { ForecastStore } from "../../forecast/ports.ts";
import { bookingCurves } from "./curves.ts";
import { dueEvents, pastEvents, saveEvents } from "./events.ts";
import { claim, finish } from "./progress.ts";
import { dueScopes, saveScopes } from "./scopes.ts";

/** What making forecasts does to the database. @param holder names this process */
export function createForecastStore(pool: pg.Pool, holder: string): ForecastStore {
  return {
    claim: (today) => claim(pool, today, holder),
    dueScopes: (today, max) => dueScopes(pool, today, max),
    saveScopes: (today, made) => saveScopes(pool, today, made),
    dueEvents: (today, max) => dueEvents(pool, today, max),
    pastEvents: (today, events) => pastEvents(pool, today, events),
    curves: (eventIds) => bookingCurves(pool, eventIds, null),
    saveEvents: (today, made) => saveEvents(pool, today, made),
    finish: (today) => finish(pool, today),
  };
}
