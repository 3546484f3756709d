import type { Server } from "node:http";
import { createApp } from "../http/app.ts";
import { createHttpServer, drainHttp, listen } from "../http/listen.ts";
import { jsonBody } from "../http/middleware/body.ts";
import { type Health, systemRoutes } from "../http/routes/system.ts";
import { canonicalRouters } from "../http/surface.ts";
import { startBoss } from "../mailbox/boss.ts";
import type { Config } from "../ops/config.ts";
import { IdSource } from "../ops/id-source.ts";
import type { Log } from "../ops/log.ts";
import { Metrics } from "../ops/metrics.ts";
import type { ClosingStep } from "../ops/shutdown.ts";
import { readVersion } from "../ops/version.ts";
import { createPool } from "../store/database.ts";
import { Listener } from "../store/listener.ts";
import { OUTCOME_CHANNEL, readOutcomeNotice } from "../store/notices.ts";
import { SESSIONS_CHANNEL } from "../store/sessions.ts";
import { createVenues } from "../store/venues.ts";
import { composeBookingPath } from "./booking-path.ts";
import { composeIdentity } from "./identity.ts";
import { composePaymentPorts, composeProviders } from "./payments.ts";
import { composeRealtime } from "./realtime.ts";

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
  const pool = createPool({ url, name: "evently-api", max: config.API_POOL_MAX, log });
  const boss = await startBoss(pool, log);
  const ids = new IdSource();
  const { accounts, authenticator } = await composeIdentity({ config, pool, log, newId: () => ids.newId() });
  const { post, feed, desk, reads, foundry } = composeBookingPath({ config, pool, boss, log, metrics });
  const payments = composePaymentPorts({
    pool,
    post,
    metrics,
    ...(await composeProviders({ config, pool, log })),
  });
  const state: ServingState = {
    isDraining: false,
    health: async () => ({ database: "disconnected", redis: "not configured" }),
  };
  const server = composeHttp({
    config,
    log,
    metrics,
    state,
    authenticator,
    surface: canonicalRouters({
      accounts,
      desk,
      reads,
      foundry,
      venues: createVenues(pool),
      payments,
      ids,
      readBody: jsonBody(config.BODY_BYTES_MAX),
      adminCreationToken: config.ADMIN_CREATION_TOKEN,
      defaultCurrency: config.DEFAULT_CURRENCY,
      defaults: eventDefaults(config),
      decisionWaitMs: config.DECISION_WAIT_MS,
    }),
  });
  const { realtime, redis } = composeRealtime({ config, server, pool, authenticator, log, metrics });
  feed.subscribe(realtime.subscriber);
  state.health = async () => ({
    database: await pool.query("select 1").then(
      () => "connected" as const,
      () => "disconnected" as const,
    ),
    redis: redis === null ? "not configured" : (await redis.ping()) ? "connected" : "disconnected",
  });
  const listener = new Listener({
    url,
    name: "evently-api-listen",
    log,
    channels: {
      [OUTCOME_CHANNEL]: (payload) => feed.noticed(readOutcomeNotice(payload)),
      [SESSIONS_CHANNEL]: (payload) => {
        authenticator.forget(payload);
        realtime.endSessions(payload);
      },
    },
    onConnected: () => {
      feed.catchUp();
      authenticator.forgetAll();
      realtime.endLostSessions();
    },
  });
  metrics.pool(pool);
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
        state.isDraining = true;
      },
    },
    // Before HTTP: an open WebSocket keeps the server from closing.
    { name: "sockets", close: () => realtime.close() },
    { name: "HTTP", close: () => drainHttp(server) },
    { name: "accepts", close: () => post.drained() },
    { name: "outcome feed", close: () => feed.close() },
    { name: "notices", close: () => listener.close() },
    { name: "Redis", close: () => redis?.close() },
    { name: "pg-boss", close: () => boss.stop({ graceful: false }) },
    { name: "pool", close: () => pool.end() },
  ];
  return { port, steps };
}

/** What an event is given that says nothing about it. */
function eventDefaults({ DEFAULT_CURRENCY, HOLD_TTL_S, OFFER_TTL_S }: Config) {
  return { currency: DEFAULT_CURRENCY, holdTtlMs: HOLD_TTL_S * 1_000, offerTtlMs: OFFER_TTL_S * 1_000 };
}

/** What probes ask about this process. */
interface ServingState {
  isDraining: boolean;
  health: () => Promise<Health>;
}

function composeHttp(options: {
  readonly config: Config;
  readonly log: Log;
  readonly metrics: Metrics;
  readonly state: ServingState;
  readonly authenticator: Parameters<typeof createApp>[0]["authenticator"];
  readonly surface: Parameters<typeof createApp>[0]["surface"];
}): Server {
  const { config, log, metrics, state, authenticator, surface } = options;
  const app = createApp({
    authenticator,
    surface,
    system: systemRoutes({
      health: () => state.health(),
      isReady: () => !state.isDraining,
      metrics,
      metricsToken: config.METRICS_TOKEN,
      version: readVersion(),
    }),
    corsOrigins: config.CORS_ORIGINS,
    log,
    observe: ({ requestId, method, route, path, status, elapsedMs }) => {
      metrics.answered(method, route, status, elapsedMs / 1_000);
      log.debug({ request_id: requestId, method, path, status, ms: elapsedMs }, "request answered");
    },
  });
  return createHttpServer(app);
}
