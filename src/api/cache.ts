import type pg from "pg";
import { PageCache } from "../cache/page-cache.ts";
import { Reckoning } from "../cache/reckoning.ts";
import { ALL, createPageRedis } from "../cache/shared-scripts.ts";
import { TagClock } from "../cache/tag-clock.ts";
import type { EventId } from "../domain/ids.ts";
import type { CacheDesk } from "../http/cache-desk.ts";
import { eventKeyOf } from "../http/event-pages.ts";
import { eventTag, PAGE_TAGS, venueTag } from "../http/page-tags.ts";
import type { Venues } from "../http/venues.ts";
import type { Config } from "../ops/config.ts";
import type { Metrics } from "../ops/metrics.ts";
import { notifyPages } from "../store/notices.ts";
import { figuresOf, remembered } from "./cache-figures.ts";
import { gaugeCache, observing, sharedPages } from "./cache-layers.ts";

/** How long a request waits for Redis before it reads for itself. */
const REDIS_MS_MAX = 10;
/** How long what was heard may stay untold: people may be told by other processes, or by a look at their booking. */
const UNTOLD_MS_MAX = 50;

interface Changed {
  readonly eventId: EventId;
  readonly relists?: boolean;
}

/** @returns what shows these events, and lists where they may be of other events now */
function tagsOf(changed: readonly Changed[]): string[] {
  const lists = changed.some(({ relists }) => relists === true) ? [PAGE_TAGS.lists, PAGE_TAGS.popular] : [];
  return [...changed.map(({ eventId }) => eventTag(eventId)), ...lists];
}

export type PageCaching = ReturnType<typeof composeCache>;

/** Pages kept in this process, and in Redis where one is configured, with everything that makes them old. */
export function composeCache(options: {
  readonly config: Config;
  readonly pool: pg.Pool;
  readonly metrics: Metrics;
}) {
  const { config, pool, metrics } = options;
  const { REDIS_URL: url, CACHE_STALE_MS_MAX: staleMsMax, CACHE_BYTES_MAX: bytesMax } = config;
  const clock = new TagClock();
  const reckoning = new Reckoning();
  const redis = url === null || staleMsMax === 0 ? null : createPageRedis(url, REDIS_MS_MAX);
  const shared = redis === null ? null : sharedPages(redis, { staleMsMax, reckoning, metrics });
  const cache = new PageCache({
    clock,
    shared,
    staleMsMax,
    bytesMax,
    observe: observing(reckoning, metrics),
  });
  gaugeCache(metrics, cache, shared);
  const drop = (cause: string, tags: readonly string[]) => {
    metrics.cacheInvalidations.inc({ cause });
    reckoning.invalidated();
    shared?.drop(tags);
  };
  const invalidate = (cause: string, tags: readonly string[]) => {
    drop(cause, tags);
    clock.invalidate(tags);
  };
  const desk: CacheDesk = {
    pages: cache,
    figures: remembered(() => figuresOf({ cache, redis, shared, reckoning, pool })),
    invalidate: async (tags) => {
      invalidate("operator", tags);
      await notifyPages(pool, tags);
    },
  };
  const decidedUntold = (changed: readonly Changed[]) => {
    if (changed.length === 0) return () => {};
    const tags = tagsOf(changed);
    drop("outcome", tags);
    const at = clock.heard(tags);
    // Together, by one query, before most of those who watch the sale ask again.
    cache.renew(changed.map(({ eventId }) => eventKeyOf(eventId)));
    return (told: readonly Changed[]) => clock.told(tagsOf(told), at);
  };
  return {
    desk,
    /** Something was decided. Call it before anybody is told of it: who was told sees it. */
    decided: (changed: readonly Changed[]): void => decidedUntold(changed)(changed),
    /**
     * The same where nobody is told yet: what shows it is read anew, and shown as it was until then.
     * @returns to be called before anybody is told, with what they are told of; all of it counts as told after a moment
     */
    decidedUntold(changed: readonly Changed[]): (told: readonly Changed[]) => void {
      const told = decidedUntold(changed);
      setTimeout(told, UNTOLD_MS_MAX, changed).unref();
      return told;
    },
    /** The same venues; pages that show one that changes are old here at once, and elsewhere by a notice. */
    watching(venues: Venues): Venues {
      const update: Venues["update"] = async (id, ...change) => {
        const venue = await venues.update(id, ...change);
        invalidate("venue", [venueTag(id)]);
        // One that is lost costs other processes the bound.
        await notifyPages(pool, [venueTag(id)]).catch(() => undefined);
        return venue;
      };
      return { ...venues, update };
    },
    /** Another process says so. */
    noticed: (tags: readonly string[]) => invalidate("operator", tags),
    /** Notices may have been lost. */
    invalidateAll(): void {
      drop("reconnect", [ALL]);
      clock.invalidateAll();
    },
    close: () => redis?.close(),
  };
}
