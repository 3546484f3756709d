import { Circuit } from "../cache/circuit.ts";
import { freshMsOf } from "../cache/entry.ts";
import type { PageCache, PageCacheOptions } from "../cache/page-cache.ts";
import type { Reckoning } from "../cache/reckoning.ts";
import { SharedPages } from "../cache/shared-pages.ts";
import type { PageRedis } from "../cache/shared-scripts.ts";
import type { Metrics } from "../ops/metrics.ts";

const FAILURES_MAX = 3;
const CIRCUIT_OPEN_MS = 1_000;

/** Pages in Redis, with a circuit breaker and what is counted of them. */
export function sharedPages(
  redis: PageRedis,
  by: { readonly staleMsMax: number; readonly reckoning: Reckoning; readonly metrics: Metrics },
): SharedPages {
  const { staleMsMax, reckoning, metrics } = by;
  return new SharedPages({
    commands: redis,
    circuit: new Circuit({ failuresMax: FAILURES_MAX, openMs: CIRCUIT_OPEN_MS }),
    freshMs: freshMsOf(staleMsMax),
    staleMsMax,
    observe: {
      asked: (result) => {
        reckoning.askedRedis(result);
        metrics.cacheRedis.inc({ result });
      },
    },
  });
}

/** Counts what a cache does, for admins and for Prometheus. */
export function observing(reckoning: Reckoning, metrics: Metrics): PageCacheOptions["observe"] {
  // Children are kept: finding one by its labels costs more than counting.
  const children = new Map<string, { inc(): void }>();
  return {
    read: (kind, source) => {
      reckoning.read(kind, source);
      const key = `${kind} ${source}`;
      const child = children.get(key) ?? metrics.cacheReads.labels({ kind, source });
      children.set(key, child);
      child.inc();
    },
    renewing: () => metrics.cacheRenewals.inc(),
    overtaken: () => {
      reckoning.overtaken();
      metrics.cacheOvertaken.inc();
    },
  };
}

/** What a cache holds at the moment. */
export function gaugeCache(metrics: Metrics, cache: PageCache, shared: SharedPages | null): void {
  metrics.gauge("evently_cache_entries", "Pages in the memory of this process", () => cache.size.entries);
  metrics.gauge("evently_cache_bytes", "What these pages take, in bytes", () => cache.size.bytes);
  metrics.gauge(
    "evently_cache_redis_trusted",
    "1 while pages are taken from Redis; 0 while it is away, slow or doubtful, or where none is configured",
    () => (shared?.isTrusted === true ? 1 : 0),
  );
}
