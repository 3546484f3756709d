import type { LimitName } from "../../ops/rate-limits.ts";

export interface LimitFigures {
  /** Requests that were counted and let through. */
  readonly allowed: number;
  readonly refused: number;
  readonly refusedByLimit: Readonly<Partial<Record<LimitName, number>>>;
  /** Who was refused most, as digests, the worst first. */
  readonly topRefused: readonly { readonly key: string; readonly refused: number }[];
}

const KEYS_MAX = 1_000;
const TOP_MAX = 20;

/** What the limits of this process did since it started. */
export class LimitStatistics {
  readonly #observe: (limit: LimitName) => void;
  readonly #refusedByLimit = new Map<LimitName, number>();
  readonly #refusedByKey = new Map<string, number>();
  #allowed = 0;

  /** @param observe told of each refusal */
  constructor(observe: (limit: LimitName) => void) {
    this.#observe = observe;
  }

  allowed(): void {
    this.#allowed += 1;
  }

  /**
   * @param digest who was refused. Of a bounded number of them the counts are kept: a newcomer takes the place of the one
   *   who was refused least and goes on from that count (the space-saving sketch of Metwally et al., 2005), so that whoever
   *   is refused often is among them.
   */
  refused(limit: LimitName, digest: string): void {
    this.#observe(limit);
    this.#refusedByLimit.set(limit, (this.#refusedByLimit.get(limit) ?? 0) + 1);
    const known = this.#refusedByKey.get(digest);
    this.#refusedByKey.set(digest, (known ?? this.#makeRoom()) + 1);
  }

  snapshot(): LimitFigures {
    const byKey = [...this.#refusedByKey].map(([key, refused]) => ({ key, refused }));
    return {
      allowed: this.#allowed,
      refused: [...this.#refusedByLimit.values()].reduce((sum, count) => sum + count, 0),
      refusedByLimit: Object.fromEntries(this.#refusedByLimit),
      topRefused: byKey.toSorted((a, b) => b.refused - a.refused).slice(0, TOP_MAX),
    };
  }

  #makeRoom(): number {
    if (this.#refusedByKey.size < KEYS_MAX) return 0;
    let [least, count] = ["", Number.POSITIVE_INFINITY];
    for (const [key, refused] of this.#refusedByKey) if (refused < count) [least, count] = [key, refused];
    this.#refusedByKey.delete(least);
    return count;
  }
}
