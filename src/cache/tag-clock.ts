/** So many tags are remembered one by one; beyond it, all that was read before is invalid. */
const TAGS_MAX = 100_000;

/**
 * When which tag was last invalidated, in a count of this process's invalidations. What was read when the count stood at n
 * is good as long as none of its tags was invalidated since. So a read that began before an invalidation is known for
 * what it is, however late it ends, and no clock has to be trusted.
 */
export class TagClock {
  readonly #tagsMax: number;
  readonly #last = new Map<string, number>();
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
    this.#now += 1;
    for (const tag of tags) this.#last.set(tag, this.#now);
    if (this.#last.size > this.#tagsMax) this.#forgetTags();
  }

  invalidateAll(): void {
    this.#now += 1;
    this.#forgetTags();
  }

  /** Whether something with these tags that was read at `since` is still what it was. */
  isGood(tags: readonly string[], since: number): boolean {
    if (since < this.#floor) return false;
    return tags.every((tag) => (this.#last.get(tag) ?? 0) <= since);
  }

  #forgetTags(): void {
    this.#floor = this.#now;
    this.#last.clear();
  }
}
