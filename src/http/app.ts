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
import { type AnsweredRequest, observing, type RequestTracing } from "./middleware/tracing.ts";
import { errorRenderersOf, type OtherSurface } from "./other-surfaces.ts";
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
