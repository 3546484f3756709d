import { totalmem } from "node:os";
import Router, { type RouterMiddleware } from "@koa/router";
import { mayScrape } from "../../ops/role-server.ts";
import { ApiError } from "../errors.ts";
import { challenge } from "../middleware/authenticate.ts";
import type { AppState } from "../state.ts";
import { addDocumentRoutes } from "./documents.ts";

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

/** Where the parts of the canonical surface begin; a test holds them against its routes. */
const ENDPOINTS = {
  auth: "/api/v1/auth",
  users: "/api/v1/users",
  events: "/api/v1/events",
  venues: "/api/v1/venues",
  bookings: "/api/v1/bookings",
  payments: "/api/v1/payments",
  tickets: "/api/v1/tickets",
  waitlist: "/api/v1/waitlist",
  notifications: "/api/v1/notifications",
  webhooks: "/api/v1/webhooks",
  openapi: "/openapi.json",
  docs: "/docs",
  realtime: "/notifications (Socket.IO namespace)",
} as const;

const FEATURES = [
  "Event management (CRUD), venues, seats, promo codes, pausing a sale",
  "One actor per event decides every booking in the order of accept",
  "Batches committed as one transaction, recorded in a ledger without gaps",
  "Idempotency keys, waiting or asynchronous answers",
  "Holds, payments by token or on the provider's page, refunds",
  "Waitlist with priorities; offers in the decision that freed the stock",
  "Tickets as PDF and QR with signed codes, checked in once",
  "Real-time pushes over Socket.IO and WebSocket",
  "Notifications by e-mail, Web Push and SMS; signed webhooks",
] as const;

/** Health, probes, metrics and documents, at the root and where 001 has them. */
export function systemRoutes(options: SystemRoutesOptions): Router<AppState> {
  const router = new Router<AppState>();
  router.get(["/health", "/api/v1/health"], async (ctx) => {
    const health = await options.health();
    const ok = health.database === "connected" && health.redis !== "disconnected";
    ctx.status = health.database === "connected" ? 200 : 503;
    ctx.body = {
      status: ok ? "OK" : "DEGRADED",
      service: "Evently Booking System",
      version: options.version,
      timestamp: new Date().toISOString(),
      uptime: process.uptime(),
      ...health,
      memory: { used: megabytes(process.memoryUsage.rss()), total: megabytes(memoryMax()) },
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
  const figures: RouterMiddleware<AppState> = async (ctx) => {
    if (!mayScrape(options.metricsToken, ctx.get("Authorization"))) {
      challenge(ctx);
      throw new ApiError("AUTH_REQUIRED", "Send the metrics token as a bearer token");
    }
    ctx.set("Content-Type", options.metrics.contentType);
    ctx.body = await options.metrics.render();
  };
  // By this spelling alone: proxies close this path to those outside, and may look for no other.
  router.register("/metrics", ["GET"], figures, { sensitive: true, strict: true });
  router.get("/api/v1", (ctx) => {
    ctx.body = {
      success: true,
      service: "Evently Booking API",
      version: options.version,
      endpoints: ENDPOINTS,
      features: FEATURES,
      timestamp: new Date().toISOString(),
    };
  });
  router.get("/ws/events/:id", (ctx) => {
    ctx.set("Upgrade", "websocket");
    ctx.set("Connection", "Upgrade");
    throw new ApiError("UPGRADE_REQUIRED", "Connect to this address with a WebSocket");
  });
  return addDocumentRoutes(router, options.version);
}

function megabytes(bytes: number): string {
  return `${(bytes / MIB).toFixed(1)} MB`;
}

/** What this process may use: what its container is given, or all there is. */
function memoryMax(): number {
  const given = process.constrainedMemory();
  return given > 0 ? Math.min(given, totalmem()) : totalmem();
}
