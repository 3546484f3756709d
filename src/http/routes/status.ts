import Router from "@koa/router";
import { presentDatabaseStatus } from "../presenters/database-status.ts";
import { presentRateLimitsStatus } from "../presenters/rate-limits-status.ts";
import { succeed } from "../reply.ts";
import type { AppState } from "../state.ts";
import type { StatusDesk } from "../status-desk.ts";

export interface StatusRoutesOptions {
  readonly status: StatusDesk;
}

/** How the database and the limits on requests do, for admins. */
export function statusRoutes({ status }: StatusRoutesOptions): Router<AppState> {
  return new Router<AppState>()
    .get("/analytics/database-status", async (ctx) => {
      succeed(ctx, 200, presentDatabaseStatus(await status.database()));
    })
    .get("/analytics/rate-limits", (ctx) => succeed(ctx, 200, presentRateLimitsStatus(status.limits())));
}
