import type { CacheFigures } from "../cache-desk.ts";

const MIB = 1_048_576;
const RATIO_DIGITS = 4;

/** The figures as 001 has them, and where pages came from. */
export function presentCacheFigures(figures: CacheFigures): Record<string, unknown> {
  const { memory, redis, database, reads, invalidations, overtaken } = figures;
  return {
    memory_cache: {
      hit_ratio: ratio(memory.hitRatio),
      entries: memory.entries,
      memory_usage: megabytes(memory.bytes),
    },
    redis_cache: {
      status: redis === null ? "not configured" : redis.isTrusted ? "in use" : "not in use",
      hit_ratio: ratio(redis?.hitRatio ?? null),
      entries: redis?.entries ?? null,
      memory_usage: redis?.bytes == null ? null : megabytes(redis.bytes),
    },
    database_cache: {
      hit_ratio: ratio(database.hitRatio),
      query_cache_size: megabytes(database.bytes),
    },
    reads,
    invalidations,
    overtaken,
  };
}

function ratio(value: number | null): number | null {
  return value === null ? null : Number(value.toFixed(RATIO_DIGITS));
}

function megabytes(bytes: number): string {
  return `${Number((bytes / MIB).toFixed(1))}MB`;
}
