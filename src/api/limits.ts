import { createMemoryCounters, createRedisCounters } from "../cache/rate-counters.ts";
import { FailedLogins } from "../http/limits/failed-logins.ts";
import { Grants } from "../http/limits/grants.ts";
import { Limiter } from "../http/limits/limiter.ts";
import { LimitStatistics } from "../http/limits/statistics.ts";
import { createClientAddress } from "../ops/client-address.ts";
import type { Config } from "../ops/config.ts";
import type { Metrics } from "../ops/metrics.ts";
import { LIMIT_NAMES } from "../ops/rate-limits.ts";

const KNOWN_NETWORKS = "known_networks";
/** How long somebody is known where they logged in. */
const KNOWN_S = 14 * 86_400;

export type Limits = ReturnType<typeof composeLimits>;

/** The limits of an API process: counted in memory, or in Redis with the other processes where one is configured. */
export function composeLimits(config: Config, metrics: Metrics) {
  const windows = [
    ...LIMIT_NAMES.map((name) => ({ name, windowS: config.RATE_LIMITS[name].windowS })),
    { name: KNOWN_NETWORKS, windowS: KNOWN_S },
  ];
  const counters =
    config.REDIS_URL === null
      ? createMemoryCounters(windows)
      : createRedisCounters(config.REDIS_URL, windows);
  const grants = new Grants(config.SHED_LOOP_DELAY_MS);
  const statistics = new LimitStatistics((limit) => metrics.rateLimited.inc({ limit }));
  metrics.gauge(
    "evently_rate_limit_factor",
    "How much of the limits on requests is granted: 1, or less while this process or a mailbox is behind",
    () => grants.factor,
  );
  const clientAddress = createClientAddress(config.TRUSTED_PROXIES);
  const limiter = new Limiter({
    limits: config.RATE_LIMITS,
    tiers: config.RATE_LIMIT_TIERS,
    counters,
    clientAddress,
    grants,
    statistics,
  });
  const known = {
    has: async (account: string, network: string) =>
      (await counters.peek(KNOWN_NETWORKS, `${account}@${network}`)).used > 0,
    add: async (account: string, network: string) => {
      await counters.add(KNOWN_NETWORKS, `${account}@${network}`);
    },
  };
  return {
    limiter,
    failedLogins: new FailedLogins({ limiter, counters, known }),
    clientAddress,
    observePlace: (position: number, decidedPerSecond: number | null) =>
      grants.accepted(position, decidedPerSecond),
    statistics,
    factor: () => grants.factor,
    close() {
      grants.close();
      counters.close();
    },
  };
}
