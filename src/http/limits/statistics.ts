import type { LimitName } from "../../ops/rate-limits.ts";
import { TopCounts } from "./top-counts.ts";

/** Who asked: a person's tier, or `anonymous`, and the network that the request came from. */
export interface Asker {
  readonly tier: string;
  readonly network: string;
}

export interface LimitFigures {
  /** Unix milliseconds. */
  readonly since: number;
  /** Requests that were counted and let through. */
  readonly allowed: number;
  readonly refused: number;
  readonly refusedByLimit: Readonly<Partial<Record<LimitName, number>>>;
  readonly byTier: readonly { readonly tier: string; readonly requests: number; readonly refused: number }[];
  /** The networks that most requests came from, refused ones too; counts may be a little too high, never too low. */
  readonly topNetworks: readonly { readonly network: string; readonly requests: number }[];
  /** Who was refused most, as digests, the worst first. */
  readonly topRefused: readonly { readonly key: string; readonly refused: number }[];
}

const KEYS_MAX = 1_000;
const TOP_MAX = 20;

/** What the limits of this process did since it started. */
export class LimitStatistics {
  readonly #observe: (limit: LimitName) => void;
  readonly #since = Date.now();
  readonly #refusedByLimit = new Map<LimitName, number>();
  readonly #byTier = new Map<string, { requests: number; refused: number }>();
  readonly #refusedByKey = new TopCounts(KEYS_MAX);
  readonly #byNetwork = new TopCounts(KEYS_MAX);
  #allowed = 0;

  /** @param observe told of each refusal */
  constructor(observe: (limit: LimitName) => void) {
    this.#observe = observe;
  }

  allowed({ tier, network }: Asker): void {
    this.#allowed += 1;
    this.#tierOf(tier).requests += 1;
    this.#byNetwork.add(network);
  }

  /** @param digest whom the limit counted, not to be recognised */
  refused(limit: LimitName, digest: string, { tier, network }: Asker): void {
    this.#observe(limit);
    this.#refusedByLimit.set(limit, (this.#refusedByLimit.get(limit) ?? 0) + 1);
    this.#refusedByKey.add(digest);
    const ofTier = this.#tierOf(tier);
    ofTier.requests += 1;
    ofTier.refused += 1;
    this.#byNetwork.add(network);
  }

  snapshot(): LimitFigures {
    return {
      since: this.#since,
      allowed: this.#allowed,
      refused: [...this.#refusedByLimit.values()].reduce((sum, count) => sum + count, 0),
      refusedByLimit: Object.fromEntries(this.#refusedByLimit),
      byTier: [...this.#byTier].map(([tier, counts]) => ({ tier, ...counts })),
      topNetworks: this.#byNetwork.top(TOP_MAX).map(({ key, count }) => ({ network: key, requests: count })),
      topRefused: this.#refusedByKey.top(TOP_MAX).map(({ key, count }) => ({ key, refused: count })),
    };
  }

  #tierOf(tier: string): { requests: number; refused: number } {
    let counts = this.#byTier.get(tier);
    if (counts === undefined) {
      counts = { requests: 0, refused: 0 };
      this.#byTier.set(tier, counts);
    }
    return counts;
  }
}
