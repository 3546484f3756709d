import Router from "@koa/router";
import Koa, { type Middleware } from "koa";
import compress from "koa-compress";
import type { Authenticator } from "../identity/principal.ts";
import type { Log } from "../ops/log.ts";
import { knownPaths } from "./known-paths.ts";
import { limitedUnrouted } from "./limits/limited.ts";
import type { Limiter } from "./limits/limiter.ts";
import { identify } from "./middleware/authenticate.ts";
import { crossOrigin } from "./middleware/cross-origin.ts";
import { errorFunnel, nameRequest, PRIVATE } from "./middleware/funnel.ts";
import { securityHeaders } from "./middleware/security-headers.ts";
import { type AnsweredRequest, observing, type RequestTracing, TRACE_HEADER } from "./middleware/tracing.ts";
import { errorRenderersOf, type OtherSurface } from "./other-surfaces.ts";
import { Door } from "./shedding/door.ts";
import { CANONICAL_CLASSES } from "./shedding/load-classes.ts";
import { type Sheds, shedding, UNSHED } from "./shedding/shed.ts";
import type { AppState } from "./state.ts";

export interface AppOptions {
  readonly authenticator: Authenticator;
  /** Routers of the canonical surface, each relative to its base. */
  readonly surface: readonly Router<AppState>[];
  readonly system: Router<AppState>;
  /** Surfaces with paths of their own; none of them lies below the canonical base. */
  readonly otherSurfaces?: readonly OtherSurface[];
  readonly limiter: Limiter;
  /** Default: nothing is ever too much. */
  readonly sheds?: Sheds;
  readonly corsOrigins: readonly string[];
  readonly log: Log;
  /** Sees every request once it is answered. */
  readonly observe: (request: AnsweredRequest, traceId: string | null) => void;
  /** Default: none is traced. */
  readonly tracing?: RequestTracing;
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
  app.use(observing(options.observe, options.tracing));
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
  app.use(knownPaths(routers));
  for (const router of routers) {
    app.use(router.routes());
    // Sets 405 and `Allow`; the funnel gives it a body.
    app.use(router.allowedMethods());
  }
  app.use(limitedUnrouted(options.limiter));
  return app;
}

/** What stands in front of the app: it turns new work away by the thousand, and everybody sees that as they see all else. */
export function createDoor({ sheds = UNSHED, observe, tracing }: AppOptions): Door {
  return new Door({
    sheds,
    base: CANONICAL_BASE,
    table: CANONICAL_CLASSES,
    fields: [...commonFields(), ["Content-Type", "application/json; charset=utf-8"]],
    observe: ({ startedMs, ...turnedAway }) => {
      const { method = "" } = turnedAway.request;
      // Its routes have no parameters: the path is the pattern.
      const route = turnedAway.path;
      const answered = { ...turnedAway, method, route, elapsedMs: performance.now() - startedMs };
      const traceId = tracing?.end(null, answered) ?? null;
      observe(answered, traceId);
      return traceId === null ? [] : [[TRACE_HEADER, traceId]];
    },
  });
}

/** What every response has, whatever becomes of its request. One that may be kept says so by itself. */
const commonFields = () =>
  [...securityHeaders(), ["Vary", VARY], ["Cache-Control", PRIVATE]] as readonly (readonly [
    string,
    string,
  ])[];

function opening(): Middleware<AppState> {
  const fields = commonFields();
  return (ctx, next) => {
    for (const [name, value] of fields) ctx.res.setHeader(name, value);
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
    // Who names no coding gets none, as does a client that accepts none at all: RFC 9110 §12.5.3 leaves that to us.
    if (ctx.method !== "GET" || ctx.req.headers["accept-encoding"] === undefined) return next();
    return ctx.acceptsEncodings("gzip", "deflate", "identity") === false ? next() : compressed(ctx, next);
  };
}

function canonicalSurface({ authenticator, limiter, sheds, surface }: AppOptions): Router<AppState> {
  const router = new Router<AppState>({ prefix: CANONICAL_BASE });
  shedding(router, sheds ?? UNSHED, CANONICAL_CLASSES);
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
