/** So many tags are remembered one by one; beyond it, all that was read before is invalid. */
const TAGS_MAX = 100_000;

/**
 * When which tag was last invalidated, in a count of this process's invalidations. What was read when the count stood at n
 * is good as long as none of its tags was invalidated since. So a read that began before an invalidation is known for
 * what it is, however late it ends, and no clock has to be trusted.
 *
 * An invalidation may be heard first and told later: between, what was read before it is no longer good, but may be shown,
 * because nobody knows better.
 */
export class TagClock {
  readonly #tagsMax: number;
  readonly #heard = new Map<string, number>();
  readonly #told = new Map<string, number>();
  #now = 0;
  /** Everything was invalid up to here. */
  #floor = 0;

  constructor(tagsMax = TAGS_MAX) {
    this.#tagsMax = tagsMax;
  }

  get now(): number {
    return this.#now;
  }

  invalidate(tags: readonly string[]): void {
    this.told(tags, this.heard(tags));
  }

  /** From now on what was read before is not good. @returns the count, for `told` */
  heard(tags: readonly string[]): number {
    this.#now += 1;
    for (const tag of tags) this.#heard.set(tag, this.#now);
    if (this.#heard.size > this.#tagsMax) this.#forgetTags();
    return this.#now;
  }

  /** From now on what was read before that count may not even be shown. */
  told(tags: readonly string[], at: number): void {
    if (at <= this.#floor) return;
    for (const tag of tags) this.#told.set(tag, Math.max(at, this.#told.get(tag) ?? 0));
  }

  invalidateAll(): void {
    this.#now += 1;
    this.#forgetTags();
  }

  /** Whether something with these tags that was read at `since` is still what it was. */
  isGood(tags: readonly string[], since: number): boolean {
    return this.#isSince(this.#heard, tags, since);
  }

  /** Whether nobody was told yet that it is not. */
  mayBeShown(tags: readonly string[], since: number): boolean {
    return this.#isSince(this.#told, tags, since);
  }

  #isSince(last: ReadonlyMap<string, number>, tags: readonly string[], since: number): boolean {
    return since >= this.#floor && tags.every((tag) => (last.get(tag) ?? 0) <= since);
  }

  #forgetTags(): void {
    this.#floor = this.#now;
    this.#heard.clear();
    this.#told.clear();
  }
}
