import { LRUCache } from "lru-cache";
import { type Entry, headStartMs, isWanted, type State, stateOf } from "./entry.ts";
import type { Answer, Asked, PageKind, Source } from "./page.ts";
import type { Looked, SharedPages } from "./shared-pages.ts";
import type { TagClock } from "./tag-clock.ts";

export interface PageCacheOptions {
  readonly clock: TagClock;
  /** Null: every process by itself. */
  readonly shared: SharedPages | null;
  /** No answer is older than this after what it shows has changed; 0: nothing is kept. */
  readonly staleMsMax: number;
  readonly bytesMax: number;
  readonly observe: {
    read(kind: PageKind, source: Source): void;
    /** A page is read though nobody waits for it. */
    renewing(kind: PageKind): void;
    /** A read that began before an invalidation of what it shows was not kept. */
    overtaken(kind: PageKind): void;
  };
  /** Monotonic milliseconds. */
  readonly nowMs?: () => number;
  /** From 0 to 1, by chance. */
  readonly dice?: () => number;
}

interface Landed {
  readonly entry: Entry;
  readonly source: "redis" | "database";
}

interface Flight {
  readonly begunAt: number;
  readonly landing: Promise<Landed>;
}

const ENTRIES_MAX = 20_000;
/** What an entry takes besides its body. */
const ENTRY_BYTES = 1_024;
/**
 * Pages in the memory of this process, and behind it those in Redis. One read at a time for each page answers everybody
 * who asks meanwhile, unless an invalidation came between: then who asked after it waits for a read that began after it.
 */
export class PageCache {
  readonly #options: PageCacheOptions;
  readonly #nowMs: () => number;
  readonly #dice: () => number;
  readonly #entries: LRUCache<string, Entry>;
  readonly #flights = new Map<string, Flight>();
  /** To be read once more when the read that is under way has ended. */
  readonly #again = new Set<string>();

  constructor(options: PageCacheOptions) {
    this.#options = options;
    this.#nowMs = options.nowMs ?? (() => performance.now());
    this.#dice = options.dice ?? Math.random;
    this.#entries = new LRUCache({
      max: ENTRIES_MAX,
      maxSize: options.bytesMax,
      sizeCalculation: ({ page }) => ENTRY_BYTES + page.body.length,
    });
  }

  get size(): { readonly entries: number; readonly bytes: number } {
    return { entries: this.#entries.size, bytes: this.#entries.calculatedSize };
  }

  /** @throws what its `read` throws, to everybody who waits for that read. */
  async page(asked: Asked): Promise<Answer> {
    const { observe, staleMsMax } = this.#options;
    const entry = this.#entries.get(asked.key);
    const nowMs = this.#nowMs();
    const state = entry === undefined ? "old" : this.#stateOf(entry, nowMs);
    if (entry === undefined || state === "old") {
      if (staleMsMax > 0) return await this.#awaited(asked);
      const page = await asked.read();
      observe.read(asked.kind, "database");
      return { page, cached: false };
    }
    if (state === "aging") this.#refresh(asked);
    entry.lookedMs = nowMs;
    observe.read(asked.kind, state === "aging" ? "aging" : "memory");
    return { page: entry.page, cached: true };
  }

  /** Has those of these pages read anew that are not fresh and that somebody will ask for again. */
  renew(keys: readonly string[]): void {
    const nowMs = this.#nowMs();
    for (const key of keys) {
      const entry = this.#entries.peek(key);
      if (entry === undefined || !isWanted(entry, nowMs) || this.#stateOf(entry, nowMs) === "fresh") continue;
      if (this.#flights.has(key)) this.#again.add(key);
      else this.#refresh(entry.asked);
    }
  }

  #stateOf(entry: Entry, nowMs: number): State {
    return stateOf(entry, { ...this.#options, nowMs });
  }

  async #awaited(asked: Asked): Promise<Answer> {
    const { clock, observe } = this.#options;
    const since = clock.now;
    for (;;) {
      const joined = this.#flights.get(asked.key);
      const flight = joined ?? this.#begin(asked);
      const isInTime = flight.begunAt >= since;
      const landed = await flight.landing.catch((error: unknown) => {
        if (isInTime) throw error;
        return null;
      });
      // It began before an invalidation that this request came after, and that was told: the next one begins after both.
      if (landed === null || !(isInTime || clock.mayBeShown(landed.entry.page.tags, flight.begunAt)))
        continue;
      const { entry, source } = landed;
      entry.lookedMs = this.#nowMs();
      observe.read(asked.kind, joined === undefined ? source : "shared");
      return { page: entry.page, cached: source === "redis" };
    }
  }

  #refresh(asked: Asked): void {
    if (this.#flights.has(asked.key)) return;
    this.#options.observe.renewing(asked.kind);
    // Who is shown the entry meanwhile need not hear that the next could not be read.
    this.#begin(asked).landing.catch(() => undefined);
  }

  #begin(asked: Asked): Flight {
    const begunAt = this.#options.clock.now;
    const landing = this.#read(asked, begunAt).finally(() => {
      this.#flights.delete(asked.key);
      if (this.#again.delete(asked.key)) this.#refresh(asked);
    });
    const flight = { begunAt, landing };
    this.#flights.set(asked.key, flight);
    return flight;
  }

  async #read(asked: Asked, begunAt: number): Promise<Landed> {
    const { shared } = this.#options;
    const bornMs = this.#nowMs();
    const looked = shared === null ? null : await shared.look(asked.key);
    if (looked !== null && looked.found !== null) {
      const { page, ageMs } = looked.found;
      const entry = this.#entryOf(asked, { page, begunAt, bornMs: bornMs - ageMs });
      this.#keep(asked, entry, null);
      return { entry, source: "redis" };
    }
    const agedMs = headStartMs(this.#options.staleMsMax, this.#dice());
    const page = await asked.read();
    const entry = this.#entryOf(asked, { page, begunAt, bornMs: bornMs - agedMs });
    this.#keep(asked, entry, looked);
    return { entry, source: "database" };
  }

  #entryOf(asked: Asked, read: Pick<Entry, "page" | "begunAt" | "bornMs">): Entry {
    const lookedMs = this.#entries.peek(asked.key)?.lookedMs ?? null;
    return { ...read, asked, readMs: this.#nowMs(), lookedMs };
  }

  #keep({ kind, key }: Asked, entry: Entry, looked: Looked | null): void {
    const { clock, shared, observe } = this.#options;
    if (!entry.page.isKept) return;
    if (!clock.mayBeShown(entry.page.tags, entry.begunAt)) {
      observe.overtaken(kind);
      return;
    }
    this.#entries.set(key, entry);
    // What was overtaken, though nobody was told by what, is for visitors of this process only.
    if (looked !== null && clock.isGood(entry.page.tags, entry.begunAt))
      shared?.keep(key, entry.page, looked);
  }
}
