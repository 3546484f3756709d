import { flushCompileCache } from "node:module";
import Router from "@koa/router";
import { composeAnalytics } from "../../src/api/analytics.ts";
import { composeIdentity } from "../../src/api/identity.ts";
import { composeLimits } from "../../src/api/limits.ts";
import { composePricingDesk } from "../../src/api/pricing.ts";
import { composeTickets } from "../../src/api/tickets.ts";
import { composeTraceDesk } from "../../src/api/tracing.ts";
import { composeWebhookPorts } from "../../src/api/webhooks.ts";
import { createApp } from "../../src/http/app.ts";
import { EventStreams } from "../../src/http/event-streams.ts";
import { createHttpServer, listen } from "../../src/http/listen.ts";
import { jsonBody } from "../../src/http/middleware/body.ts";
import { UNCACHED } from "../../src/http/pages.ts";
import type { PaymentPorts } from "../../src/http/payment-desk.ts";
import { canonicalRouters } from "../../src/http/surface.ts";
import { loadConfig } from "../../src/ops/config.ts";
import { IdSource } from "../../src/ops/id-source.ts";
import { createLog } from "../../src/ops/log.ts";
import { Metrics } from "../../src/ops/metrics.ts";
import { takePriority } from "../../src/ops/priority.ts";
import { createPool } from "../../src/store/database.ts";
import { createForecastReads } from "../../src/store/forecasts/reads.ts";
import { createNotificationDesk } from "../../src/store/notifications/desk.ts";
import { createReads } from "../../src/store/reads.ts";
import { createVenues } from "../../src/store/venues.ts";
import { BENCH_PRICE_MINOR } from "../lib/bench-events.ts";
import { createPeer } from "./create-peer.ts";
import { PeerDesk } from "./peer-desk.ts";

/**
 * The HTTP process of one peer: the product's own application, with another desk behind its booking routes. Its parent
 * may give the peer another number of connections: `{type: "pool", size}` is answered by `{type: "pool-ready"}`.
 */
const READS_POOL_MAX = 4;
const HOLD_TTL_MS = 300_000;
const variant = process.argv[2] ?? "";
const config = loadConfig(process.env);
takePriority(config.API_PRIORITY);
const log = createLog({ role: `peer ${variant}`, level: config.LOG_LEVEL });
const url = config.DATABASE_URL ?? "";

function createSized(size: number) {
  const pool = () => {
    const peers = createPool({ url, name: `peer-${variant}`, max: size, log });
    // As `pg` has it by default: in a full house a request waits for a connection as long as it takes.
    peers.options.connectionTimeoutMillis = 0;
    return peers;
  };
  return createPeer(variant, { databaseUrl: url, redisUrl: process.env.PEER_REDIS_URL ?? "", pool, size });
}

let peer = await createSized(config.API_POOL_MAX);

async function resize(size: number): Promise<void> {
  const former = peer;
  peer = await createSized(size);
  await former.close();
  process.send?.({ type: "pool-ready" });
}

const never = () => Promise.reject(new Error("invariant: a peer takes no payments and keeps no pages"));
const NO_PAYMENTS: PaymentPorts = {
  defaultProvider: "none",
  providers: new Map(),
  testPages: null,
  open: never,
  discard: never,
  findByRef: never,
  heard: never,
  send: never,
};

const metrics = new Metrics();
const pool = createPool({ url, name: `peer-${variant}-reads`, max: READS_POOL_MAX, log });
const ids = new IdSource();
const { authenticator, ...identity } = await composeIdentity({
  config,
  pool,
  bookings: pool,
  log,
  newId: () => ids.newId(),
});
const reads = createReads({ pool, findQueued: () => Promise.resolve(null) });
const limits = composeLimits(config, metrics);
const app = createApp({
  authenticator,
  limiter: limits.limiter,
  surface: canonicalRouters({
    ...limits,
    ...identity,
    desk: new PeerDesk(() => peer, BENCH_PRICE_MINOR),
    reads,
    tickets: composeTickets({ config, pool, reads }),
    ...composeWebhookPorts({ config, pool, feed: { subscribe: () => undefined }, ids }),
    foundry: { create: () => Promise.reject(new Error("invariant: a peer creates no events")) },
    venues: createVenues(pool),
    notifications: createNotificationDesk(pool, () => ids.newId()),
    pushKey: null,
    ids,
    readBody: jsonBody(config.BODY_BYTES_MAX),
    adminCreationToken: config.ADMIN_CREATION_TOKEN,
    payments: NO_PAYMENTS,
    loadTests: { isEnabled: false, start: never, find: never, latest: never },
    rehearsals: { start: never, byId: never, list: never },
    analytics: composeAnalytics({ pool, cache: { figures: never }, log }).desk,
    pricing: composePricingDesk(pool),
    predictive: createForecastReads(pool),
    status: { database: never, limits: never as () => never },
    traces: composeTraceDesk(config, pool),
    pages: UNCACHED,
    cache: { desk: { pages: UNCACHED, figures: never, invalidate: never }, streams: new EventStreams() },
    defaultCurrency: config.DEFAULT_CURRENCY,
    defaults: { currency: config.DEFAULT_CURRENCY, holdTtlMs: HOLD_TTL_MS, offerTtlMs: HOLD_TTL_MS },
    decisionWaitMs: config.DECISION_WAIT_MS,
  }),
  system: new Router(),
  corsOrigins: config.CORS_ORIGINS,
  log,
  observe: ({ method, route, status, elapsedMs }) => {
    metrics.answered(method, route, status, elapsedMs / 1_000);
  },
});
const port = await listen(createHttpServer(app), "127.0.0.1", 0);
process.on("message", (message: { readonly type: string; readonly size: number }) => {
  if (message.type === "pool") void resize(message.size);
});
for (const event of ["SIGTERM", "SIGINT", "disconnect"]) process.on(event, () => process.exit(0));
// What was compiled here is there for the peers that start next.
flushCompileCache();
process.send?.({ type: "ready", port });
