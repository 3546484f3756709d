import type { Letter } from "./accept.ts";

interface Waiting {
  readonly letter: Letter;
  /** Since when it waits, on the monotonic clock. */
  readonly sinceMs: number;
}

/**
 * Letters that wait for a transaction, in the order in which they came, but that what people do about bookings that they have
 * goes before new bookings: whoever finishes a purchase never waits behind a rush.
 */
export class WaitingLetters<T extends Waiting> {
  readonly #lines: readonly [followUps: T[], bookings: T[]] = [[], []];

  get length(): number {
    const [followUps, bookings] = this.#lines;
    return followUps.length + bookings.length;
  }

  push(one: T): void {
    this.#lines[isNewBooking(one.letter) ? 1 : 0].push(one);
  }

  /** Takes so many at most out of the line, those who go first. */
  take(count: number): T[] {
    const [followUps, bookings] = this.#lines;
    const first = followUps.splice(0, count);
    return [...first, ...bookings.splice(0, count - first.length)];
  }

  /** Since when the one has waited that waits longest; null: nobody waits. */
  get longestSinceMs(): number | null {
    const since = this.#lines.flatMap(([longest]) => (longest === undefined ? [] : [longest.sinceMs]));
    return since.length === 0 ? null : Math.min(...since);
  }

  /** Takes those out of the line who have waited since then or longer. */
  takeLate(sinceMsMax: number): T[] {
    return this.#lines.flatMap((line) => {
      const first = line.findIndex(({ sinceMs }) => sinceMs > sinceMsMax);
      return line.splice(0, first < 0 ? line.length : first);
    });
  }
}

export function isNewBooking({ command }: Letter): boolean {
  return command.type === "BookTickets";
}
