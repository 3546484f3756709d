/** A key and how often it was counted, at most. */
export interface TopCount {
  readonly key: string;
  readonly count: number;
}

/**
 * Who is counted most, of any number of keys in bounded memory: when twice `keysMax` are known, the lesser half is
 * forgotten, and newcomers go on from the highest count that was (space saving, Metwally et al., 2005, forgetting in bulk,
 * so that a flood of new keys costs no more than sorting now and then). Whoever is counted often is among them; a count may
 * be too high by what was forgotten, never too low.
 */
export class TopCounts {
  readonly #keysMax: number;
  #counts = new Map<string, number>();
  #floor = 0;

  constructor(keysMax: number) {
    this.#keysMax = keysMax;
  }

  add(key: string): void {
    const known = this.#counts.get(key);
    if (known === undefined && this.#counts.size >= 2 * this.#keysMax) this.#forget();
    this.#counts.set(key, (known ?? this.#floor) + 1);
  }

  /** The highest counts, the highest first. */
  top(max: number): TopCount[] {
    return this.#sorted().slice(0, max);
  }

  #forget(): void {
    const sorted = this.#sorted();
    this.#floor = sorted[this.#keysMax]?.count ?? this.#floor;
    this.#counts = new Map(sorted.slice(0, this.#keysMax).map(({ key, count }) => [key, count]));
  }

  #sorted(): TopCount[] {
    return [...this.#counts].map(([key, count]) => ({ key, count })).sort((a, b) => b.count - a.count);
  }
}
