interface Place<Value> {
  value: Value | null;
}

/**
 * A map for what stays for moments, such as requests that wait. When V8 makes a Map's table anew, the old table keeps pointing to the
 * new one and to all that was in it then. Once such a table is in the old generation, the collector of the young one takes it and
 * its successors to be in use, with whatever they hold: of what comes and goes twenty at a time, a third is copied instead of
 * forgotten. Here tables hold places, and a place is emptied when its entry goes. ADR 49.
 *
 * Keys stay where they are: texts, not objects.
 */
export class BriefMap<Key extends string | number, Value> {
  readonly #places = new Map<Key, Place<Value>>();

  get size(): number {
    return this.#places.size;
  }

  get(key: Key): Value | undefined {
    return this.#places.get(key)?.value ?? undefined;
  }

  set(key: Key, value: Value): void {
    const place = this.#places.get(key);
    if (place === undefined) this.#places.set(key, { value });
    else place.value = value;
  }

  /** Takes an entry out. @returns undefined where there was none */
  take(key: Key): Value | undefined {
    const place = this.#places.get(key);
    if (place === undefined) return undefined;
    const { value } = place;
    place.value = null;
    this.#places.delete(key);
    return value ?? undefined;
  }

  keys(): IterableIterator<Key> {
    return this.#places.keys();
  }

  /** In the order in which the keys came. */
  entries(): [Key, Value][] {
    return [...this.#places].map(([key, { value }]) => [key, value as Value]);
  }
}
