/** First in, first out. Taking one costs nothing, however many wait: an array that is shifted copies them all. */
export class WaitingRoom<T> {
  #all: T[] = [];
  #gone = 0;

  get size(): number {
    return this.#all.length - this.#gone;
  }

  enter(one: T): void {
    this.#all.push(one);
  }

  /** Who has waited longest; null where nobody waits. */
  next(): T | null {
    const first = this.#all[this.#gone];
    if (first === undefined) return null;
    this.#gone += 1;
    if (this.#gone * 2 > this.#all.length) {
      this.#all = this.#all.slice(this.#gone);
      this.#gone = 0;
    }
    return first;
  }
}
