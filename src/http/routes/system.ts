import Router from "@koa/router";
import { mayScrape } from "../../ops/role-server.ts";
import { ApiError } from "../errors.ts";
import { challenge } from "../middleware/authenticate.ts";
import type { AppState } from "../state.ts";

export interface Health {
  readonly database: "connected" | "disconnected";
  readonly redis: "connected" | "disconnected" | "not configured";
}

export interface SystemRoutesOptions {
  readonly health: () => Promise<Health>;
  /** False from the moment this process drains. */
  readonly isReady: () => boolean;
  readonly metrics: { readonly contentType: string; render(): Promise<string> };
  readonly metricsToken: string | null;
  readonly version: string;
}

const MIB = 1_048_576;

/** Health, probes and metrics, at the root and where 001 has them. */
export function systemRoutes(options: SystemRoutesOptions): Router<AppState> {
  const router = new Router<AppState>();
  router.get(["/health", "/api/v1/health"], async (ctx) => {
    const health = await options.health();
    const ok = health.database === "connected" && health.redis !== "disconnected";
    const { heapUsed, rss } = process.memoryUsage();
    ctx.status = health.database === "connected" ? 200 : 503;
    ctx.body = {
      status: ok ? "OK" : "DEGRADED",
      service: "Evently Booking System",
      version: options.version,
      timestamp: new Date().toISOString(),
      uptime: process.uptime(),
      ...health,
      memory: { used: `${(heapUsed / MIB).toFixed(1)} MB`, total: `${(rss / MIB).toFixed(1)} MB` },
    };
  });
  router.get("/livez", (ctx) => {
    ctx.body = { status: "alive" };
  });
  router.get("/readyz", async (ctx) => {
    const ready = options.isReady() && (await options.health()).database === "connected";
    ctx.status = ready ? 200 : 503;
    ctx.body = { status: ready ? "ready" : "not ready" };
  });
  router.get("/metrics", async (ctx) => {
    if (!mayScrape(options.metricsToken, ctx.get("Authorization"))) {
      challenge(ctx);
      throw new ApiError("AUTH_REQUIRED", "Send the metrics token as a bearer token");
    }
    ctx.set("Content-Type", options.metrics.contentType);
    ctx.body = await options.metrics.render();
  });
  router.get("/api/v1", (ctx) => {
    const base = "/api/v1";
    ctx.body = {
      success: true,
      service: "Evently Booking API",
      version: options.version,
      endpoints: {
        auth: `${base}/auth`,
        events: `${base}/events`,
        bookings: `${base}/bookings`,
        notifications: `${base}/notifications`,
        realtime: "/notifications (Socket.IO namespace)",
      },
      features: [
        "One actor per event decides every booking in the order of accept",
        "Batches committed as one transaction, recorded in a ledger without gaps",
        "Idempotency keys, waiting or asynchronous answers",
        "Pushes over Socket.IO",
      ],
      timestamp: new Date().toISOString(),
    };
  });
  return router;
}
