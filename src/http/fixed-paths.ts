import type Router from "@koa/router";
import type { Middleware } from "koa";
import { type Composed, compose } from "./compose.ts";
import type { AppState } from "./state.ts";

interface FixedRoute {
  /** What the router itself would note as matched. */
  readonly matched: readonly unknown[];
  readonly run: Composed;
}

/**
 * Answers requests whose path has no parameters, such as POST /api/v1/bookings, by one look into a table. A router tries
 * all its patterns for each request and composes what matched anew: a tenth of a booking's HTTP work. The table is
 * made of what the routers say they would run; every other spelling, path and method is left to them.
 */
export function fixedPaths(routers: readonly Router<AppState>[]): Middleware<AppState> {
  const routes = new Map<string, FixedRoute>(routers.flatMap(fixedRoutesOf));
  return (ctx, next) => {
    const route = routes.get(`${ctx.method} ${ctx.path}`);
    if (route === undefined) return next();
    (ctx as { matched?: readonly unknown[] }).matched = route.matched;
    return route.run(ctx, next);
  };
}

function fixedRoutesOf(router: Router<AppState>): [string, FixedRoute][] {
  const fixed = router.stack.filter(({ path }) => typeof path === "string" && /^[\w/.-]+$/.test(path));
  return fixed.flatMap(({ path, methods }) =>
    methods.flatMap((method): [string, FixedRoute][] => {
      const { path: matched, pathAndMethod } = router.match(String(path), method);
      // A route with parameters that comes first would need them set.
      if (pathAndMethod.some((layer) => layer.methods.length > 0 && layer.paramNames.length > 0)) return [];
      const run = compose(pathAndMethod.flatMap(({ stack }) => stack) as unknown as Middleware<AppState>[]);
      return [[`${method} ${String(path)}`, { matched, run }]];
    }),
  );
}
