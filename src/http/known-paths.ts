import type Router from "@koa/router";
import type { Middleware, ParameterizedContext } from "koa";
import { type Composed, compose } from "./compose.ts";
import type { AppState } from "./state.ts";

type Params = Readonly<Record<string, string>>;
type Routed = ParameterizedContext<AppState> & {
  matched?: readonly unknown[];
  params?: Params;
  request: { params?: Params };
};

interface KnownRoute {
  /** What the router itself would note as matched. */
  readonly matched: readonly unknown[];
  /** Names of its parameters, from left to right. */
  readonly names: readonly string[];
  readonly run: Composed;
}

/** As this API writes ids. What is spelled otherwise is the router's. */
const ID = /(?<=\/)[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}(?=\/|$)/g;
const SOME_ID = "00000000-0000-7000-8000-000000000000";
const PARAMETER = /:(\w+)/g;

/**
 * Answers requests whose path is known but for ids, such as POST /api/v1/bookings and GET /api/v1/events/:id, by one look
 * into a table. A router tries all its patterns for each request and composes what matched anew: a tenth of a booking's
 * HTTP work, and more of a page's. The table is made of what the routers say they would run; every other spelling, path,
 * parameter and method is left to them.
 */
export function knownPaths(routers: readonly Router<AppState>[]): Middleware<AppState> {
  const routes = new Map<string, KnownRoute>(routers.flatMap(knownRoutesOf));
  return (ctx, next) => {
    const { method, path } = ctx;
    const fixed = routes.get(`${method} ${path}`);
    if (fixed !== undefined) return runAs(ctx, fixed, [], next);
    const ids: string[] = [];
    const pattern = path.replace(ID, (id) => {
      ids.push(id);
      return ":";
    });
    const route = ids.length === 0 ? undefined : routes.get(`${method} ${pattern}`);
    if (route === undefined) return next();
    return runAs(ctx, route, ids, next);
  };
}

function runAs(
  ctx: ParameterizedContext<AppState>,
  route: KnownRoute,
  ids: readonly string[],
  next: () => Promise<void>,
): Promise<void> {
  const routed = ctx as Routed;
  const params = Object.fromEntries(route.names.map((name, at) => [name, ids[at] as string]));
  routed.matched = route.matched;
  routed.params = params;
  routed.request.params = params;
  return route.run(ctx, next);
}

function knownRoutesOf(router: Router<AppState>): [string, KnownRoute][] {
  const known = router.stack.filter(({ path }) => typeof path === "string" && /^[\w/.:-]+$/.test(path));
  return known.flatMap(({ path, methods }) =>
    methods.flatMap((method): [string, KnownRoute][] => {
      const pattern = String(path);
      const names = Array.from(pattern.matchAll(PARAMETER), ([, name]) => name as string);
      const { path: matched, pathAndMethod } = router.match(pattern.replaceAll(PARAMETER, SOME_ID), method);
      const routes = pathAndMethod.filter((layer) => layer.methods.length > 0);
      // Another one that takes part would want parameters of its own.
      if (routes.some((layer) => layer.path !== path && layer.paramNames.length > 0)) return [];
      const run = compose(pathAndMethod.flatMap(({ stack }) => stack) as unknown as Middleware<AppState>[]);
      return [[`${method} ${pattern.replaceAll(PARAMETER, ":")}`, { matched, names, run }]];
    }),
  );
}
