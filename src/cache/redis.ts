import { Redis } from "ioredis";
import type { Log } from "../ops/log.ts";

export interface RedisClients {
  /** For commands and for publishing. While Redis is away its commands fail at once. */
  readonly pub: Redis;
  /** For subscriptions alone; they come back by themselves. */
  readonly sub: Redis;
  /** Whether Redis answers, within a second. */
  ping(): Promise<boolean>;
  close(): void;
}

const RETRY_MS_MAX = 2_000;
const RETRY_STEP_MS = 100;
const CONNECT_MS_MAX = 5_000;
const ANSWER_MS_MAX = 1_000;

/**
 * Two clients of one Redis, for processes that work without it too: they connect in the background, whenever it is
 * there, and an outage is logged once when it begins and once when it is over.
 */
export function createRedisClients(options: {
  readonly url: string;
  readonly name: string;
  readonly log: Log;
}): RedisClients {
  const { url, name, log } = options;
  const common = {
    connectionName: name,
    connectTimeout: CONNECT_MS_MAX,
    retryStrategy: (attempts: number) => Math.min(attempts * RETRY_STEP_MS, RETRY_MS_MAX),
    // Subscriptions that are asked for while Redis is away wait for it, however long.
    maxRetriesPerRequest: null,
  };
  const pub = new Redis(url, { ...common, enableOfflineQueue: false, commandTimeout: ANSWER_MS_MAX });
  const sub = new Redis(url, common);
  const close = logOutages([pub, sub], log);
  return {
    pub,
    sub,
    ping: () =>
      pub.ping().then(
        () => true,
        () => false,
      ),
    close,
  };
}

/** One outage may be noticed by each client, and again at every attempt to reconnect. @returns how to close them. */
function logOutages(clients: readonly Redis[], log: Log): () => void {
  const away = new Set<Redis>();
  let isClosing = false;
  const lost = (client: Redis, reason: string) => {
    if (isClosing) return;
    if (away.size === 0) log.warn({ reason }, "Redis is away; what needs it waits or is local");
    away.add(client);
  };
  const back = (client: Redis) => {
    if (away.delete(client) && away.size === 0) log.info({}, "Redis is back");
  };
  for (const client of clients) {
    client.on("error", (error: Error) => lost(client, error.message));
    client.on("close", () => lost(client, "connection closed"));
    client.on("ready", () => back(client));
  }
  return () => {
    isClosing = true;
    for (const client of clients) client.disconnect();
  };
}
