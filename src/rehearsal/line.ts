import type { Lane } from "../domain/command.ts";

class Fifo<T> {
  #items: T[] = [];
  #first = 0;

  get length(): number {
    return this.#items.length - this.#first;
  }

  put(item: T): void {
    this.#items.push(item);
  }

  take(): T | undefined {
    const item = this.#items[this.#first];
    if (item === undefined) return undefined;
    this.#first += 1;
    // Forgets what was taken once it is the larger half, so that each item is moved once on average.
    if (this.#first * 2 > this.#items.length) {
      this.#items = this.#items.slice(this.#first);
      this.#first = 0;
    }
    return item;
  }
}

/**
 * An event's line: one decision after the other, so many a second, urgent commands before new bookings, each lane in the
 * order of asking.
 */
export class Line<T> {
  readonly #lanes: Record<Lane, Fifo<T>> = { urgent: new Fifo(), bookings: new Fifo() };
  readonly #serviceMs: number;
  #freeAt = Number.NEGATIVE_INFINITY;

  constructor(decidedPerSecond: number) {
    this.#serviceMs = 1_000 / decidedPerSecond;
  }

  waiting(lane: Lane): number {
    return this.#lanes[lane].length;
  }

  put(lane: Lane, item: T): void {
    this.#lanes[lane].put(item);
  }

  /** When the next one is decided; infinity where nobody waits who could be. @param isMoving whether bookings are decided */
  nextAt(isMoving: boolean): number {
    const { urgent, bookings } = this.#lanes;
    const waits = urgent.length > 0 || (isMoving && bookings.length > 0);
    return waits ? this.#freeAt : Number.POSITIVE_INFINITY;
  }

  /** Takes the next one, whose decision begins at `at`. */
  take(at: number): T {
    this.#freeAt = Math.max(this.#freeAt, at) + this.#serviceMs;
    const item = this.#lanes.urgent.take() ?? this.#lanes.bookings.take();
    if (item === undefined) throw new Error("invariant: nobody waits in line");
    return item;
  }
}
