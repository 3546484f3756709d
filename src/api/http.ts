import type { Server } from "node:http";
import { setImmediate as immediate, setTimeout as sleep } from "node:timers/promises";
import type pg from "pg";
import type { RedisClients } from "../cache/redis.ts";
import { createApp, createDoor } from "../http/app.ts";
import { createHttpServer } from "../http/listen.ts";
import type { AnsweredRequest } from "../http/middleware/tracing.ts";
import type { OtherSurface } from "../http/other-surfaces.ts";
import { type Health, systemRoutes } from "../http/routes/system.ts";
import type { Config } from "../ops/config.ts";
import type { Log } from "../ops/log.ts";
import type { Metrics } from "../ops/metrics.ts";
import { readVersion } from "../ops/version.ts";
import { isReachable } from "../store/database.ts";
import type { Limits } from "./limits.ts";

type App = Parameters<typeof createApp>[0];

/** An HTTP server that answers for all surfaces; each request is measured and logged. */
export function composeHttp(options: {
  readonly config: Config;
  readonly log: Log;
  readonly metrics: Metrics;
  /** What probes ask about this process. */
  readonly probes: { readonly health: () => Promise<Health>; readonly isReady: () => boolean };
  readonly limits: Limits;
  readonly sheds: NonNullable<App["sheds"]>;
  readonly authenticator: App["authenticator"];
  readonly surface: App["surface"];
  readonly otherSurfaces: readonly OtherSurface[];
  readonly tracing: NonNullable<App["tracing"]>;
  /** Told of every request, too. */
  readonly answered: (request: AnsweredRequest) => void;
}): Server {
  const { config, log, metrics, probes, authenticator, limits, sheds, surface, otherSurfaces, tracing } =
    options;
  const parts: App = {
    authenticator,
    limiter: limits.limiter,
    sheds,
    surface,
    otherSurfaces,
    system: systemRoutes({
      ...probes,
      metrics,
      metricsToken: config.METRICS_TOKEN,
      version: readVersion(),
    }),
    corsOrigins: config.CORS_ORIGINS,
    log,
    tracing,
    observe: (seen, traceId) => {
      options.answered(seen);
      const { request, requestId, method, route, path, status, elapsedMs } = seen;
      metrics.answered(method, route, status, elapsedMs / 1_000);
      const address = limits.clientAddress(request);
      const trace = traceId === null ? {} : { trace_id: traceId };
      const answered = { request_id: requestId, address, method, path, status, ms: elapsedMs, ...trace };
      log.debug(answered, "request answered");
    },
  };
  return createHttpServer(createApp(parts), createDoor(parts));
}

/** For so long an answer about this process's health is given again: any number may ask, and none waits for the database behind others. */
const HEALTH_KEPT_MS = 250;

/** One look for all who ask at the same time or soon after. */
export function shared<T>(look: () => Promise<T>): () => Promise<T> {
  let latest: { readonly answer: Promise<T>; readonly untilMs: number } | null = null;
  return () => {
    const now = performance.now();
    if (latest === null || latest.untilMs <= now) latest = { answer: look(), untilMs: now + HEALTH_KEPT_MS };
    return latest.answer;
  };
}

const HEALTH_MS_MAX = 2_000;

/**
 * How what this process stands on is doing, within two seconds.
 * @param pool that nobody else uses: that all connections are busy says nothing about the database
 */
export async function healthOf(pool: pg.Pool, redis: Pick<RedisClients, "ping"> | null): Promise<Health> {
  const answer = isReachable(pool).then((is) => (is ? ("connected" as const) : ("disconnected" as const)));
  // An answer that arrived while this process was busy is read before it counts as too late.
  const tooLate = sleep(HEALTH_MS_MAX, "disconnected" as const, { ref: false }).then((late) =>
    immediate(late),
  );
  const [database, hasRedis] = await Promise.all([Promise.race([answer, tooLate]), redis?.ping()]);
  return {
    database,
    redis: hasRedis === undefined ? "not configured" : hasRedis ? "connected" : "disconnected",
  };
}
