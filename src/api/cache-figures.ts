import type pg from "pg";
import type { PageCache } from "../cache/page-cache.ts";
import type { Reckoning } from "../cache/reckoning.ts";
import type { SharedPages } from "../cache/shared-pages.ts";
import type { PageRedis } from "../cache/shared-scripts.ts";
import type { CacheFigures } from "../http/cache-desk.ts";
import { databaseCacheFigures } from "../store/cache-figures.ts";

const FIGURES_MS_MAX = 1_000;

/** How the layers do. @throws Fault "StoreUnavailable" where the database cannot be asked. */
export async function figuresOf(of: {
  readonly cache: PageCache;
  readonly redis: PageRedis | null;
  readonly shared: SharedPages | null;
  readonly reckoning: Reckoning;
  readonly pool: pg.Pool;
}): Promise<CacheFigures> {
  const { cache, redis, shared, pool } = of;
  const { memoryHitRatio, redisHitRatio, ...counted } = of.reckoning.figures;
  const [database, inRedis] = await Promise.all([
    databaseCacheFigures(pool),
    redis?.figures().catch(() => null) ?? null,
  ]);
  const layer = {
    isTrusted: shared?.isTrusted === true,
    hitRatio: redisHitRatio,
    entries: inRedis?.keys ?? null,
    bytes: inRedis?.bytes ?? null,
  };
  return {
    memory: { hitRatio: memoryHitRatio, ...cache.size },
    redis: redis === null ? null : layer,
    database,
    ...counted,
  };
}

/** Asks at most once a second, however many want to know. */
export function remembered<T>(ask: () => Promise<T>): () => Promise<T> {
  let known: { readonly answer: Promise<T>; readonly goodUntilMs: number } | null = null;
  return () => {
    if (known !== null && performance.now() < known.goodUntilMs) return known.answer;
    const asked = { answer: ask(), goodUntilMs: performance.now() + FIGURES_MS_MAX };
    known = asked;
    asked.answer.catch(() => {
      if (known === asked) known = null;
    });
    return asked.answer;
  };
}
