import Router from "@koa/router";
import type { Authenticator } from "../../identity/principal.ts";
import { guarded } from "../access.ts";
import { limited } from "../limits/limited.ts";
import { identify } from "../middleware/authenticate.ts";
import type { OtherSurface } from "../other-surfaces.ts";
import { SURFACE_A_CLASSES } from "../shedding/load-classes.ts";
import { shedding, UNSHED } from "../shedding/shed.ts";
import type { AppState } from "../state.ts";
import type { SurfaceOptions } from "../surface.ts";
import { SURFACE_A_ACCESS } from "./access.ts";
import { analyticsRoutesOfA } from "./analytics.ts";
import { authRoutesOfA } from "./auth.ts";
import { bookingRoutesOfA } from "./bookings.ts";
import { renderErrorOfA } from "./errors.ts";
import { eventRoutesOfA } from "./events.ts";
import { waitlistRoutesOfA } from "./waitlist.ts";

const BASE = "/api";

/** All routers of surface A, relative to its base, each of their routes behind the guard that its table names. */
export function routersOfA(options: SurfaceOptions): readonly Router<AppState>[] {
  return [
    analyticsRoutesOfA(options),
    authRoutesOfA(options),
    bookingRoutesOfA(options),
    eventRoutesOfA(options),
    waitlistRoutesOfA(options),
  ].map((router) => limited(guarded(router, SURFACE_A_ACCESS), options.limiter));
}

/** 002's surface below /api: bare objects and arrays in camelCase, over what the canonical surface is made of. */
export function surfaceA(options: SurfaceOptions, authenticator: Authenticator): OtherSurface {
  const router = new Router<AppState>({ prefix: BASE });
  shedding(router, options.sheds ?? UNSHED, SURFACE_A_CLASSES);
  router.use(identify(authenticator, (ctx) => options.limiter.admit(ctx, null)));
  for (const part of routersOfA(options)) router.use(part.routes());
  return { router, bases: [BASE], renderError: renderErrorOfA };
}
