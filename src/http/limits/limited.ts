import type Router from "@koa/router";
import type { Middleware } from "koa";
import { LIMIT_NAMES, type LimitName, RATE_LIMITS, type RateLimit } from "../../ops/rate-limits.ts";
import type { AppState } from "../state.ts";
import type { Limiter } from "./limiter.ts";

/** A provider's call-backs are signed, and one that is refused is money nobody hears of. */
const UNLIMITED = /^POST \/payments\/webhook\/:\w+$/;

/**
 * Puts the count of requests before every route of a router: behind the look for route and token, before whatever the route
 * itself checks, so that 401, 403 and 404 count as well. To be called after `guarded`.
 */
export function limited(router: Router<AppState>, limiter: Limiter): Router<AppState> {
  for (const { methods, path, stack } of router.stack) {
    const method = methods.find((one) => one !== "HEAD");
    if (method === undefined) continue;
    const route = `${method} ${String(path)}`;
    if (!UNLIMITED.test(route)) (stack as unknown[]).unshift(counting(limiter, limitOf(route)));
  }
  return router;
}

/** Counts requests that no route took, as their caller's. Belongs behind all routers. */
export function limitedUnrouted(limiter: Limiter): Middleware<AppState> {
  return async (ctx, next) => {
    await limiter.admit(ctx, null);
    return next();
  };
}

function counting(limiter: Limiter, extra: LimitName | null): Middleware<AppState> {
  return async (ctx, next) => {
    await limiter.admit(ctx, extra);
    return next();
  };
}

/** The limit that a route, relative to its surface's base, has besides its caller's. */
function limitOf(route: string): LimitName | null {
  return LIMIT_NAMES.find((name) => (RATE_LIMITS[name] as RateLimit).routes?.test(route)) ?? null;
}
