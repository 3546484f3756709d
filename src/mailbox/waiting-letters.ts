import { type Lane, laneOf } from "../domain/command.ts";
import type { Letter } from "./accept.ts";

interface Waits {
  readonly letter: Letter;
  /** Since when it waits, on the monotonic clock. */
  readonly sinceMs: number;
}

/** Letters that wait for a transaction: urgent ones before new bookings, as in the mailboxes, each lane in the order in which they came. */
export class WaitingLetters<T extends Waits> {
  readonly #lanes: Record<Lane, T[]> = { urgent: [], bookings: [] };

  get length(): number {
    return this.#lanes.urgent.length + this.#lanes.bookings.length;
  }

  push(one: T): void {
    this.#lanes[laneOf(one.letter.command)].push(one);
  }

  /** Takes so many at most out of the line, those who go first. */
  take(count: number): T[] {
    const urgent = this.#lanes.urgent.splice(0, count);
    return [...urgent, ...this.#lanes.bookings.splice(0, count - urgent.length)];
  }

  /** Since when the one has waited that waits longest; null: nobody waits. */
  get longestSinceMs(): number | null {
    const { urgent, bookings } = this.#lanes;
    const since = Math.min(urgent[0]?.sinceMs ?? Infinity, bookings[0]?.sinceMs ?? Infinity);
    return since === Infinity ? null : since;
  }

  /** Takes those out of the line who have waited since then or longer. */
  takeLate(sinceMsMax: number): T[] {
    return Object.values(this.#lanes).flatMap((lane) => {
      const first = lane.findIndex(({ sinceMs }) => sinceMs > sinceMsMax);
      return lane.splice(0, first < 0 ? lane.length : first);
    });
  }
}
