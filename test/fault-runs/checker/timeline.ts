/** Something known of a ledger at a moment of the history's clock: `seq` is its number. */
export interface Sighting {
  readonly at: number;
  readonly seq: number;
  readonly name: string;
}

/**
 * What clients' own times say about the order of one event's ledger. Sorted once, each question takes a binary search.
 */
export class Timeline {
  readonly #seen: readonly Sighting[];
  readonly #sent: readonly Sighting[];

  /**
   * @param seen moments at which a client knew that an entry was there
   * @param sent moments at which the request of an entry was sent for the first time
   */
  constructor(seen: readonly Sighting[], sent: readonly Sighting[]) {
    let most: Sighting | null = null;
    this.#seen = seen
      .toSorted((a, b) => a.at - b.at)
      .map((one) => {
        if (most === null || one.seq > most.seq) most = one;
        return { ...most, at: one.at };
      });
    let least: Sighting | null = null;
    this.#sent = sent
      .toSorted((a, b) => b.at - a.at)
      .map((one) => {
        if (least === null || one.seq < least.seq) least = one;
        return { ...least, at: one.at };
      })
      .reverse();
  }

  /** The largest number that was known before `at`; null: none was. */
  before(at: number): Sighting | null {
    return this.#seen[countBelow(this.#seen, at) - 1] ?? null;
  }

  /** The least number of those that were asked for behind `at` only; null: none were. */
  behind(at: number): Sighting | null {
    const first = this.#sent[countUpTo(this.#sent, at)];
    return first ?? null;
  }
}

/** How many of the sorted moments are before `at`. */
function countBelow(sorted: readonly Sighting[], at: number): number {
  return partition(sorted, (one) => one.at < at);
}

function countUpTo(sorted: readonly Sighting[], at: number): number {
  return partition(sorted, (one) => one.at <= at);
}

function partition(sorted: readonly Sighting[], isLeft: (one: Sighting) => boolean): number {
  let [low, high] = [0, sorted.length];
  while (low < high) {
    const middle = (low + high) >> 1;
    if (isLeft(sorted[middle] as Sighting)) low = middle + 1;
    else high = middle;
  }
  return low;
}
