import Router from "@koa/router";
import { composeIdentity } from "../../src/api/identity.ts";
import { composeLimits } from "../../src/api/limits.ts";
import { composeTickets } from "../../src/api/tickets.ts";
import { composeWebhookPorts } from "../../src/api/webhooks.ts";
import { createApp } from "../../src/http/app.ts";
import { createHttpServer, listen } from "../../src/http/listen.ts";
import { jsonBody } from "../../src/http/middleware/body.ts";
import type { PaymentPorts } from "../../src/http/payment-desk.ts";
import { canonicalRouters } from "../../src/http/surface.ts";
import { loadConfig } from "../../src/ops/config.ts";
import { IdSource } from "../../src/ops/id-source.ts";
import { createLog } from "../../src/ops/log.ts";
import { Metrics } from "../../src/ops/metrics.ts";
import { createPool } from "../../src/store/database.ts";
import { createNotificationDesk } from "../../src/store/notifications/desk.ts";
import { createReads } from "../../src/store/reads.ts";
import { createVenues } from "../../src/store/venues.ts";
import { BENCH_PRICE_MINOR } from "../lib/bench-events.ts";
import { createCeilingPeer } from "./ceiling.ts";
import { createConditionalPeer } from "./conditional.ts";
import type { Peer } from "./peer.ts";
import { PeerDesk } from "./peer-desk.ts";
import { createRowLockPeer } from "./row-lock.ts";
import { createTunedRowLockPeer } from "./row-lock-tuned.ts";
import { createSendPeer, startSendBoss } from "./send-per-request.ts";

/**
 * The HTTP process of one peer: the product's own application, with another desk behind its booking routes. Its parent
 * may give the peer another number of connections: `{type: "pool", size}` is answered by `{type: "pool-ready"}`.
 */
const READS_POOL_MAX = 4;
const HOLD_TTL_MS = 300_000;
const variant = process.argv[2] ?? "";
const config = loadConfig(process.env);
const log = createLog({ role: `peer ${variant}`, level: config.LOG_LEVEL });
const url = config.DATABASE_URL ?? "";

async function createPeer(size: number): Promise<Peer> {
  const pool = () => {
    const peers = createPool({ url, name: `peer-${variant}`, max: size, log });
    // As `pg` has it by default: in a full house a request waits for a connection as long as it takes.
    peers.options.connectionTimeoutMillis = 0;
    return peers;
  };
  switch (variant) {
    case "row-lock":
      return createRowLockPeer(pool());
    case "row-lock-tuned":
      return createTunedRowLockPeer(pool());
    case "conditional":
      return createConditionalPeer(pool());
    case "send-per-request":
      return createSendPeer(await startSendBoss(url, size));
    case "ceiling":
      return createCeilingPeer();
    default:
      throw new Error(`there is no peer "${variant}"`);
  }
}

let peer = await createPeer(config.API_POOL_MAX);

async function resize(size: number): Promise<void> {
  const former = peer;
  peer = await createPeer(size);
  await former.close();
  process.send?.({ type: "pool-ready" });
}

const never = () => Promise.reject(new Error("invariant: a peer takes no payments"));
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
const { authenticator, ...identity } = await composeIdentity({ config, pool, log, newId: () => ids.newId() });
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
process.send?.({ type: "ready", port });
