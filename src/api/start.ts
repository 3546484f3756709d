import type { Server } from "node:http";
import { EventStreams } from "../http/event-streams.ts";
import { drainHttp, listen } from "../http/listen.ts";
import { jsonBody } from "../http/middleware/body.ts";
import { canonicalRouters, type SurfaceOptions } from "../http/surface.ts";
import { startBoss } from "../mailbox/boss.ts";
import type { Config } from "../ops/config.ts";
import { gaugePools } from "../ops/gauges.ts";
import { IdSource } from "../ops/id-source.ts";
import type { Log } from "../ops/log.ts";
import { Metrics } from "../ops/metrics.ts";
import type { StartedRole } from "../ops/role.ts";
import type { ClosingStep } from "../ops/shutdown.ts";
import { createForecastReads } from "../store/forecasts/reads.ts";
import { createNotificationDesk } from "../store/notifications/desk.ts";
import { timePool } from "../store/query-times.ts";
import { createVenues } from "../store/venues.ts";
import { composeAnalytics } from "./analytics.ts";
import { composeBookingPath } from "./booking-path.ts";
import { composeCache } from "./cache.ts";
import { vapidKeys } from "./channels.ts";
import { composeHttp, healthOf, shared } from "./http.ts";
import { composeIdentity } from "./identity.ts";
import { composeLimits } from "./limits.ts";
import { composeLoadTests } from "./load-tests.ts";
import { composeNotices } from "./notices.ts";
import { composePaymentPorts, composeProviders } from "./payments.ts";
import { composePools } from "./pools.ts";
import { composePricingDesk } from "./pricing.ts";
import { composeRealtime } from "./realtime.ts";
import { composeRehearsals } from "./rehearsals.ts";
import { composeScheduling } from "./scheduling.ts";
import { composeShedding } from "./shedding.ts";
import { composeStatus } from "./status.ts";
import { composeOtherSurfaces } from "./surfaces.ts";
import { composeTickets } from "./tickets.ts";
import { composeTraceDesk, composeTracing } from "./tracing.ts";
import { composeWebhookPorts } from "./webhooks.ts";

/** So long a request waits for its decision at most once its process is to end. */
const LAST_WAIT_MS = 1_500;

/** Starts an API process: database, booking path, identity, HTTP, pushes. @throws where it cannot serve. */
export async function startApi(config: Config, log: Log, url: string): Promise<StartedRole> {
  const metrics = new Metrics();
  const scheduling = composeScheduling(config, metrics, log);
  const pools = composePools(url, config, log);
  const { pool } = pools;
  const { tracing, close: closeTracing } = await composeTracing({ config, role: "api", url, metrics, log });
  for (const traced of [pool, pools.bookings]) timePool(traced, tracing.watchStatements);
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
  const shedding = composeShedding({ config, metrics, pools });
  const observePlace = (position: number, decidedPerSecond: number | null) => {
    limits.observePlace(position, decidedPerSecond);
    shedding.observeDepth(position);
  };
  const caching = composeCache({ config, pool, metrics });
  const { decided } = caching;
  const analytics = composeAnalytics({ pool, cache: caching.desk, log });
  const { post, feed, ...path } = composeBookingPath({
    config,
    ...pools,
    boss,
    log,
    metrics,
    observePlace,
    decided,
    tracing: tracing.accepts,
    step: tracing.step,
    accepted: analytics.accepted,
  });
  shedding.watch(post, feed);
  const webhooks = composeWebhookPorts({ config, pool, feed, ids });
  const tickets = composeTickets({ config, pool, reads: path.reads });
  const providers = await composeProviders({ config, pool, log });
  const payments = composePaymentPorts({ pool, post, metrics, ...providers });
  const streams = new EventStreams();
  const rehearsing = composeRehearsals({ url, pool, log });
  const { issueToken } = identity;
  const loadTests = composeLoadTests({ config, pool, post, foundry: path.foundry, issueToken, ids, log });
  const options: SurfaceOptions = {
    ...limits,
    ...identity,
    ...path,
    sheds: shedding.sheds,
    loadTests: loadTests.desk,
    analytics: analytics.desk,
    pages: caching.desk.pages,
    cache: { desk: caching.desk, streams },
    rehearsals: rehearsing.rehearsals,
    status: composeStatus({ config, pools, limits }),
    traces: composeTraceDesk(config, pool),
    pricing: composePricingDesk(pool),
    predictive: createForecastReads(pool),
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
    sheds: shedding.sheds,
    probes: { isReady: () => !isDraining, health: shared(() => healthOf(pools.health, redis)) },
    surface: canonicalRouters(options),
    otherSurfaces: composeOtherSurfaces(config, pool, { options, authenticator }),
    tracing: tracing.requests,
    answered: analytics.answered,
  });
  const { realtime, redis } = composeRealtime({
    config,
    server,
    pool,
    authenticator,
    log,
    metrics,
    pushes: tracing.pushes,
  });
  feed.subscribe(realtime.subscriber);
  const listener = composeNotices({
    url,
    pool,
    feed,
    authenticator,
    realtime,
    caching,
    traced: (entries) => tracing.pushes.heard(entries),
    log,
  });
  gaugePools(metrics, { pages: pool, bookings: pools.bookings, health: pools.health });
  metrics.gauge(
    "evently_decisions_awaited",
    "Requests of this process that wait for a decision",
    () => feed.waiting,
  );
  await listener.start();
  const port = await listen(server, config.HOST, config.PORT);
  loadTests.listening(port);
  const steps: ClosingStep[] = [
    {
      name: "readiness",
      close: () => {
        isDraining = true;
      },
    },
    { name: "load tests", close: () => loadTests.close() },
    // Before HTTP: an open WebSocket keeps the server from closing.
    { name: "sockets", close: () => realtime.close() },
    // Requests that wait for news would keep it open, too.
    { name: "feeds and webhooks", close: () => webhooks.close() },
    { name: "streams", close: () => streams.close() },
    { name: "waits for decisions", close: () => feed.hurry(LAST_WAIT_MS) },
    { name: "HTTP", close: () => drainHttp(server) },
    { name: "password hashing", close: closeHashing },
    { name: "rehearsals", close: () => rehearsing.close() },
    { name: "printer", close: () => tickets.printer.close() },
    { name: "accepts", close: () => post.drained() },
    { name: "outcome feed", close: () => feed.close() },
    { name: "notices", close: () => listener.close() },
    { name: "visits", close: () => analytics.close() },
    { name: "limits", close: () => limits.close() },
    { name: "load", close: () => shedding.close() },
    { name: "scheduling", close: () => scheduling.close() },
    { name: "pages", close: () => caching.close() },
    { name: "Redis", close: () => redis?.close() },
    { name: "pg-boss", close: () => boss.stop({ graceful: false }) },
    { name: "traces", close: closeTracing },
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
