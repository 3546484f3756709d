import type { Server } from "node:http";
import type pg from "pg";
import { createRedisClients } from "../cache/redis.ts";
import { presentEvent } from "../http/presenters/event.ts";
import { messageOf } from "../http/refusal-words.ts";
import { codeOf, extrasOf } from "../http/refusals.ts";
import type { Authenticator } from "../identity/principal.ts";
import { createClientAddress } from "../ops/client-address.ts";
import type { Config } from "../ops/config.ts";
import type { Log } from "../ops/log.ts";
import type { Metrics } from "../ops/metrics.ts";
import { createRealtime, type Realtime } from "../realtime/realtime.ts";
import { orFault } from "../store/faults.ts";
import { readMissed } from "../store/missed.ts";
import { eventsByIds } from "../store/queries/events.ts";
import type { PushTraces } from "../tracing/push-traces.ts";

/** Socket.IO on an HTTP server, with the Redis adapter where Redis is configured. */
export function composeRealtime(options: {
  readonly config: Config;
  readonly server: Server;
  readonly pool: pg.Pool;
  readonly authenticator: Authenticator;
  readonly log: Log;
  readonly metrics: Metrics;
  /** Told of pushes about decisions. */
  readonly pushes: Pick<PushTraces, "pushed">;
}): { readonly realtime: Realtime; readonly redis: ReturnType<typeof createRedisClients> | null } {
  const { config, server, pool, authenticator, log, metrics, pushes } = options;
  const redis =
    config.REDIS_URL === null
      ? null
      : createRedisClients({ url: config.REDIS_URL, name: "evently-api", log });
  const realtime = createRealtime({
    httpServer: server,
    authenticator,
    redis,
    log,
    corsOrigins: config.CORS_ORIGINS,
    clientAddress: createClientAddress(config.TRUSTED_PROXIES),
    readEvents: (ids) => orFault(() => eventsByIds(pool, ids)),
    readMissed: (asked) => orFault(() => readMissed(pool, asked)),
    // A push shows an event and words a refusal as a reply does.
    presenters: {
      event: (event) => presentEvent(event, Date.now()),
      refusal: (refusal, currency) => ({
        code: codeOf(refusal.reason),
        message: messageOf(refusal, currency),
        ...extrasOf(refusal, currency),
      }),
    },
    observe: {
      sockets: (count) => metrics.sockets.set(count),
      pushed: (name, sockets, about) => {
        metrics.pushes.inc({ name }, sockets);
        if (about !== undefined) pushes.pushed(name, sockets, about);
      },
    },
  });
  return { realtime, redis };
}
