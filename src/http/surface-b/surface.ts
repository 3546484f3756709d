import Router from "@koa/router";
import type { Authenticator } from "../../identity/principal.ts";
import { guarded } from "../access.ts";
import type { Aliases } from "../aliases.ts";
import { limited } from "../limits/limited.ts";
import { identify } from "../middleware/authenticate.ts";
import type { OtherSurface } from "../other-surfaces.ts";
import { SURFACE_B_CLASSES } from "../shedding/load-classes.ts";
import { shedding, UNSHED } from "../shedding/shed.ts";
import type { AppState } from "../state.ts";
import type { SurfaceOptions } from "../surface.ts";
import { SURFACE_B_ACCESS } from "./access.ts";
import { adminRoutesOfB } from "./admin.ts";
import { analyticsRoutesOfB } from "./analytics.ts";
import { bookingRoutesOfB } from "./bookings.ts";
import { renderErrorOfB } from "./errors.ts";
import { eventRoutesOfB } from "./events.ts";
import { type GatewayOptions, identifyOnB } from "./identity.ts";
import { ownRoutesOfB } from "./own.ts";
import { PresenterOfB } from "./present.ts";

/** What 003 has at the root; every other path there is the canonical surface's. */
const BASES = ["/events", "/bookings", "/users", "/waitlists", "/admin"];

export interface SurfaceBOptions extends GatewayOptions {
  readonly aliases: Aliases;
  readonly authenticator: Authenticator;
}

/** All routers of surface B, each of their routes behind the guard that its table names. */
export function routersOfB(options: SurfaceOptions, aliases: Aliases): readonly Router<AppState>[] {
  const present = new PresenterOfB(aliases, options.reads);
  return [
    eventRoutesOfB(options),
    bookingRoutesOfB({ bookings: options, aliases, present }),
    ownRoutesOfB({ waitlist: options, aliases, present }),
    adminRoutesOfB(options),
    analyticsRoutesOfB(options),
  ].map((router) => limited(guarded(router, SURFACE_B_ACCESS), options.limiter));
}

/** 003's surface at the root: integers for ids, and a gateway that may say who is asking. */
export function surfaceB(
  options: SurfaceOptions,
  { authenticator, ...gateway }: SurfaceBOptions,
): OtherSurface {
  const countRefused = (ctx: Parameters<typeof options.limiter.admit>[0]) => options.limiter.admit(ctx, null);
  const router = new Router<AppState>();
  shedding(router, options.sheds ?? UNSHED, SURFACE_B_CLASSES);
  router.use(identifyOnB(gateway, identify(authenticator, countRefused), countRefused));
  for (const part of routersOfB(options, gateway.aliases)) router.use(part.routes());
  return { router, bases: BASES, renderError: renderErrorOfB };
}
