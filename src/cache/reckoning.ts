import type { PageKind, Source } from "./page.ts";

/** What was asked of the layers of a cache since this process began, for whoever asks how they do. */
export class Reckoning {
  readonly #reads: Record<Source, number> = { memory: 0, aging: 0, shared: 0, redis: 0, database: 0 };
  readonly #redis = { hit: 0, miss: 0, failed: 0, skipped: 0 };
  #overtaken = 0;
  #invalidations = 0;

  read(_: PageKind, source: Source): void {
    this.#reads[source] += 1;
  }

  askedRedis(result: "hit" | "miss" | "failed" | "skipped"): void {
    this.#redis[result] += 1;
  }

  overtaken(): void {
    this.#overtaken += 1;
  }

  invalidated(): void {
    this.#invalidations += 1;
  }

  /** Ratios are null before anything was asked. */
  get figures() {
    const { memory, aging, shared, redis, database } = this.#reads;
    const { hit, miss } = this.#redis;
    return {
      reads: { ...this.#reads },
      memoryHitRatio: ratio(memory + aging, memory + aging + shared + redis + database),
      redisHitRatio: ratio(hit, hit + miss),
      overtaken: this.#overtaken,
      invalidations: this.#invalidations,
    };
  }
}

function ratio(hits: number, asked: number): number | null {
  return asked === 0 ? null : hits / asked;
}
