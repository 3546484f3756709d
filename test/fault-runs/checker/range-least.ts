/**
 * The least of any stretch of a list, in constant time after n log n: minima of all stretches whose length is a power of
 * two (Bender and Farach-Colton, "The LCA Problem Revisited", 2000, §2).
 */
export class RangeLeast {
  readonly #levels: (readonly number[])[];

  constructor(values: readonly number[]) {
    this.#levels = [values];
    for (let width = 1; 2 * width <= values.length; width *= 2) {
      const below = this.#levels.at(-1) as readonly number[];
      const level = Array.from({ length: values.length - 2 * width + 1 }, (_, at) =>
        Math.min(below[at] as number, below[at + width] as number),
      );
      this.#levels.push(level);
    }
  }

  /** The last position. */
  get last(): number {
    return (this.#levels[0]?.length ?? 0) - 1;
  }

  /** The least of the values at `from` to `to`, both included and cut to what there is. */
  least(from: number, to: number): number {
    const [first, last] = [Math.max(0, from), Math.min(this.last, to)];
    if (last < first) return Number.POSITIVE_INFINITY;
    const level = Math.floor(Math.log2(last - first + 1));
    const minima = this.#levels[level] as readonly number[];
    return Math.min(minima[first] as number, minima[last - 2 ** level + 1] as number);
  }
}
