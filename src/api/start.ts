import type { Server } from "node:http";
import { EventStreams } from "../http/event-streams.ts";
import { drainHttp, listen } from "../http/listen.ts";
import { jsonBody } from "../http/middleware/body.ts";
import { canonicalRouters, type SurfaceOptions } from "../http/surface.ts";
import { startBoss } from "../mailbox/boss.ts";
import type { Config } from "../ops/config.ts";
import { gaugePool } from "../ops/gauges.ts";
import { IdSource } from "../ops/id-source.ts";
import type { Log } from "../ops/log.ts";
import { Metrics } from "../ops/metrics.ts";
import type { ClosingStep } from "../ops/shutdown.ts";
import { createNotificationDesk } from "../store/notifications/desk.ts";
import { createVenues } from "../store/venues.ts";
import { composeBookingPath } from "./booking-path.ts";
import { composeCache } from "./cache.ts";
import { vapidKeys } from "./channels.ts";
import { composeHttp, healthOf } from "./http.ts";
import { composeIdentity } from "./identity.ts";
import { composeLimits } from "./limits.ts";
import { composeNotices } from "./notices.ts";
import { composePaymentPorts, composeProviders } from "./payments.ts";
import { composePools } from "./pools.ts";
import { composeRealtime } from "./realtime.ts";
import { composeOtherSurfaces } from "./surfaces.ts";
import { composeTickets } from "./tickets.ts";
import { composeWebhookPorts } from "./webhooks.ts";

export interface RunningApi {
  readonly port: number;
  /** What to close, in this order. */
  readonly steps: readonly ClosingStep[];
}

/** Starts an API process: database, booking path, identity, HTTP, pushes. @throws where it cannot serve. */
export async function startApi(config: Config, log: Log): Promise<RunningApi> {
  const url = config.DATABASE_URL;
  if (url === null)
    throw new Error("DATABASE_URL is needed: an API process has no database of its own (npm start has)");
  const metrics = new Metrics();
  const pools = composePools(url, config, log);
  const { pool } = pools;
  const boss = await startBoss(pool, log);
  const ids = new IdSource();
  const newId = () => ids.newId();
  const { authenticator, closeHashing, ...identity } = await composeIdentity({
    config,
    ...pools,
    log,
    newId,
  });
  const limits = composeLimits(config, metrics);
  const { observePlace } = limits;
  const caching = composeCache({ config, pool, metrics });
  const { decided } = caching;
  const { post, feed, ...path } = composeBookingPath({
    config,
    ...pools,
    boss,
    log,
    metrics,
    observePlace,
    decided,
  });
  const webhooks = composeWebhookPorts({ config, pool, feed, ids });
  const tickets = composeTickets({ config, pool, reads: path.reads });
  const providers = await composeProviders({ config, pool, log });
  const payments = composePaymentPorts({ pool, post, metrics, ...providers });
  const streams = new EventStreams();
  const options: SurfaceOptions = {
    ...limits,
    ...identity,
    ...path,
    pages: caching.desk.pages,
    cache: { desk: caching.desk, streams },
    venues: caching.watching(createVenues(pool)),
    payments,
    tickets,
    ...webhooks,
    ids,
    notifications: createNotificationDesk(pool, newId),
    pushKey: (await vapidKeys({ config, pool })).publicKey,
    ...settingsOf(config),
  };
  let isDraining = false;
  const server: Server = composeHttp({
    config,
    log,
    metrics,
    authenticator,
    limits,
    probes: { isReady: () => !isDraining, health: () => healthOf(pools.health, redis) },
    surface: canonicalRouters(options),
    otherSurfaces: composeOtherSurfaces(config, pool, { options, authenticator }),
  });
  const { realtime, redis } = composeRealtime({ config, server, pool, authenticator, log, metrics });
  feed.subscribe(realtime.subscriber);
  const listener = composeNotices({ url, pool, feed, authenticator, realtime, caching, log });
  gaugePool(metrics, pool);
  metrics.gauge(
    "evently_decisions_awaited",
    "Requests of this process that wait for a decision",
    () => feed.waiting,
  );
  await listener.start();
  const port = await listen(server, config.HOST, config.PORT);
  const steps: ClosingStep[] = [
    {
      name: "readiness",
      close: () => {
        isDraining = true;
      },
    },
    // Before HTTP: an open WebSocket keeps the server from closing.
    { name: "sockets", close: () => realtime.close() },
    // Requests that wait for news would keep it open, too.
    { name: "feeds and webhooks", close: () => webhooks.close() },
    { name: "streams", close: () => streams.close() },
    { name: "HTTP", close: () => drainHttp(server) },
    { name: "password hashing", close: closeHashing },
    { name: "printer", close: () => tickets.printer.close() },
    { name: "accepts", close: () => post.drained() },
    { name: "outcome feed", close: () => feed.close() },
    { name: "notices", close: () => listener.close() },
    { name: "limits", close: () => limits.close() },
    { name: "pages", close: () => caching.close() },
    { name: "Redis", close: () => redis?.close() },
    { name: "pg-boss", close: () => boss.stop({ graceful: false }) },
    { name: "pools", close: () => pools.close() },
  ];
  return { port, steps };
}

/** What the configuration says to routes. */
function settingsOf(config: Config) {
  const { DEFAULT_CURRENCY, HOLD_TTL_S, OFFER_TTL_S } = config;
  return {
    readBody: jsonBody(config.BODY_BYTES_MAX),
    adminCreationToken: config.ADMIN_CREATION_TOKEN,
    defaultCurrency: DEFAULT_CURRENCY,
    /** What an event is given that says nothing about it. */
    defaults: {
      currency: DEFAULT_CURRENCY,
      holdTtlMs: HOLD_TTL_S * 1_000,
      offerTtlMs: OFFER_TTL_S * 1_000,
    },
    decisionWaitMs: config.DECISION_WAIT_MS,
  };
}
