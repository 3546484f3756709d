/**
 * A list that grows at its end and of which the first element not above a bound is found in logarithmic time: a segment
 * tree of minima (for the method see any text on them), doubled when it is full.
 */
export class LeastTree {
  #size = 1;
  #length = 0;
  #least: number[] = [Number.POSITIVE_INFINITY, Number.POSITIVE_INFINITY];

  /** @returns the position of the new element */
  add(value: number): number {
    if (this.#length === this.#size) this.#grow();
    this.#length += 1;
    this.#set(this.#length - 1, value);
    return this.#length - 1;
  }

  /** Takes an element out; the others stay where they are. */
  remove(at: number): void {
    this.#set(at, Number.POSITIVE_INFINITY);
  }

  /** The first position whose element is at most `bound`; -1 where there is none. */
  firstUpTo(bound: number): number {
    if ((this.#least[1] ?? Number.POSITIVE_INFINITY) > bound) return -1;
    let node = 1;
    while (node < this.#size) {
      node *= 2;
      if ((this.#least[node] as number) > bound) node += 1;
    }
    return node - this.#size;
  }

  #set(at: number, value: number): void {
    let node = at + this.#size;
    this.#least[node] = value;
    for (node >>= 1; node >= 1; node >>= 1) {
      this.#least[node] = Math.min(this.#least[2 * node] as number, this.#least[2 * node + 1] as number);
    }
  }

  #grow(): void {
    const values = this.#least.slice(this.#size);
    this.#size *= 2;
    this.#least = Array.from({ length: 2 * this.#size }, () => Number.POSITIVE_INFINITY);
    for (const [at, value] of values.entries()) this.#least[this.#size + at] = value;
    for (let node = this.#size - 1; node >= 1; node -= 1) {
      this.#least[node] = Math.min(this.#least[2 * node] as number, this.#least[2 * node + 1] as number);
    }
  }
}
