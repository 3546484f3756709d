import type { IncomingMessage } from "node:http";
import Router from "@koa/router";
import Koa, { type Middleware } from "koa";
import compress from "koa-compress";
import type { Authenticator } from "../identity/principal.ts";
import type { Log } from "../ops/log.ts";
import { fixedPaths } from "./fixed-paths.ts";
import { limitedUnrouted } from "./limits/limited.ts";
import type { Limiter } from "./limits/limiter.ts";
import { identify } from "./middleware/authenticate.ts";
import { crossOrigin } from "./middleware/cross-origin.ts";
import { errorFunnel, nameRequest, PRIVATE } from "./middleware/funnel.ts";
import { securityHeaders } from "./middleware/security-headers.ts";
import { errorRenderersOf, type OtherSurface } from "./other-surfaces.ts";
import type { AppState } from "./state.ts";

export interface AppOptions {
  readonly authenticator: Authenticator;
  /** Routers of the canonical surface, each relative to its base. */
  readonly surface: readonly Router<AppState>[];
  readonly system: Router<AppState>;
  /** Surfaces with paths of their own; none of them lies below the canonical base. */
  readonly otherSurfaces?: readonly OtherSurface[];
  readonly limiter: Limiter;
  readonly corsOrigins: readonly string[];
  readonly log: Log;
  /** Sees every request once it is answered. */
  readonly observe: (request: AnsweredRequest) => void;
}

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

export const CANONICAL_BASE = "/api/v1";

const COMPRESS_BYTES_MIN = 2_048;
/** Who asks decides what is told, and in which form and coding. One text, so that nobody has to put it together. */
const VARY = "Authorization, Accept, Accept-Encoding";

/** The whole of HTTP: middleware in order, then routes, then what no route knows. */
export function createApp(options: AppOptions): Koa<AppState> {
  const app = new Koa<AppState>();
  settingPlainly(app);
  app.silent = true;
  app.on("error", (error: Error) => options.log.debug({ error: error.message }, "connection error"));
  app.use(observing(options.observe));
  app.use(opening());
  const { otherSurfaces = [] } = options;
  app.use(errorFunnel(options.log, errorRenderersOf(otherSurfaces, CANONICAL_BASE)));
  // Without configured origins no page may read a reply, and replies do not vary by origin.
  if (options.corsOrigins.length > 0) app.use(crossOrigin(options.corsOrigins));
  app.use(compression());
  const routers = [
    options.system,
    canonicalSurface(options),
    ...otherSurfaces.map((surface) => surface.router),
  ];
  app.use(fixedPaths(routers));
  for (const router of routers) {
    app.use(router.routes());
    // Sets 405 and `Allow`; the funnel gives it a body.
    app.use(router.allowedMethods());
  }
  app.use(limitedUnrouted(options.limiter));
  return app;
}

/** What every response has, whatever becomes of its request. One that may be kept says so by itself. */
function opening(): Middleware<AppState> {
  const secure = securityHeaders();
  return (ctx, next) => {
    secure(ctx.res);
    ctx.res.setHeader("Vary", VARY);
    ctx.res.setHeader("Cache-Control", PRIVATE);
    nameRequest(ctx);
    return next();
  };
}

/** Compresses what was asked for with GET: replies to writes are short, and measuring them would render them twice. */
function compression(): Middleware<AppState> {
  const compressed = compress({
    threshold: COMPRESS_BYTES_MIN,
    br: false,
  }) as unknown as Middleware<AppState>;
  return (ctx, next) => {
    if (ctx.method !== "GET") return next();
    // A client that says it accepts no coding at all gets none: RFC 9110 §12.5.3 leaves that to us.
    return ctx.acceptsEncodings("gzip", "deflate", "identity") === false ? next() : compressed(ctx, next);
  };
}

function canonicalSurface({ authenticator, limiter, surface }: AppOptions): Router<AppState> {
  const router = new Router<AppState>({ prefix: CANONICAL_BASE });
  router.use(identify(authenticator, (ctx) => limiter.admit(ctx, null)));
  for (const part of surface) router.use(part.routes());
  return router;
}

/**
 * Koa's `set` makes six arrays to set a header; one with a text needs none. And what every response varies by need not be
 * looked for again in each.
 */
function settingPlainly({ response }: Koa<AppState>): void {
  const { set, vary } = response;
  response.vary = function (this: Koa.Response, field: string | string[]) {
    if (field !== "Accept-Encoding") vary.call(this, field);
  };
  response.set = function (this: Koa.Response, field: unknown, value?: unknown) {
    if (typeof field === "string" && typeof value === "string" && !this.headerSent) {
      this.res.setHeader(field, value);
    } else set.call(this, field as string, value as string);
  };
}

function observing(observe: AppOptions["observe"]): Middleware<AppState> {
  return async (ctx, next) => {
    const started = performance.now();
    await next();
    observe({
      request: ctx.req,
      requestId: ctx.state.requestId,
      method: ctx.method,
      route: routeOf(ctx),
      path: ctx.path,
      status: ctx.status,
      elapsedMs: performance.now() - started,
    });
  };
}

/**
 * The pattern of the route that a request is for. Not the router's own word for it: where a middleware refuses the
 * request, that is the pattern of the middleware.
 */
function routeOf(ctx: object & { readonly method: string }): string {
  const { matched = [] } = ctx as {
    readonly matched?: readonly { path: unknown; methods: readonly string[] }[];
  };
  const route = matched.find(({ methods }) => methods.includes(ctx.method))?.path;
  return typeof route === "string" ? route : "none";
}
