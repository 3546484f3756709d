import type { EventId } from "../domain/ids.ts";

const NONE: ReadonlySet<EventId> = new Set();

/**
 * Which events of this process wait for a turn, first come first served. Built from hints: one too many
 * costs a look, one too few is found by the sweep.
 *
 *   hint ──▶ waiting ──next()──▶ in a turn ──done()──▶ gone | waiting (more mail, or hinted meanwhile)
 */
export class Catalog {
  readonly #waiting = new Set<EventId>();
  /** In a turn; true where a hint came meanwhile. */
  readonly #taken = new Map<EventId, boolean>();
  /** Filled their batch the last time, or failed: they get a turn of their own. */
  readonly #hot = new Set<EventId>();
  #wake: (() => void)[] = [];

  get waitingCount(): number {
    return this.#waiting.size;
  }

  hint(eventIds: Iterable<EventId>): void {
    for (const eventId of eventIds) {
      if (this.#taken.has(eventId)) this.#taken.set(eventId, true);
      else this.#waiting.add(eventId);
    }
    if (this.#waiting.size > 0) this.wakeAll();
  }

  /** Takes the next events for one turn: a hot one alone, others together, at most `countMax`. */
  next(countMax: number): EventId[] {
    const group: EventId[] = [];
    for (const eventId of this.#waiting) {
      if (this.#hot.has(eventId)) {
        if (group.length > 0) continue;
        group.push(eventId);
        break;
      }
      group.push(eventId);
      if (group.length >= countMax) break;
    }
    for (const eventId of group) {
      this.#waiting.delete(eventId);
      this.#taken.set(eventId, false);
    }
    return group;
  }

  /** Gives events back after their turn. */
  done(eventIds: readonly EventId[], more: readonly EventId[]): void {
    for (const eventId of eventIds) this.#hot.delete(eventId);
    for (const eventId of more) this.#hot.add(eventId);
    this.#giveBack(eventIds, new Set(more));
  }

  /**
   * Gives events back after a turn that failed, and nobody knows at which of them: each gets turns of its own until one
   * succeeds, so that one that is broken does not take others along again and again.
   */
  failed(eventIds: readonly EventId[]): void {
    for (const eventId of eventIds) this.#hot.add(eventId);
    this.#giveBack(eventIds, NONE);
  }

  #giveBack(eventIds: readonly EventId[], waiting: ReadonlySet<EventId>): void {
    for (const eventId of eventIds) {
      const hinted = this.#taken.get(eventId) ?? false;
      this.#taken.delete(eventId);
      if (hinted || waiting.has(eventId)) this.#waiting.add(eventId);
    }
    if (this.#waiting.size > 0) this.wakeAll();
  }

  /** Resolves when something may be waiting; at once if something is. */
  async arrival(): Promise<void> {
    if (this.#waiting.size === 0) await new Promise<void>((resolve) => this.#wake.push(resolve));
  }

  /** Ends every `arrival`, for those who wait to look whether they should go on. */
  wakeAll(): void {
    const wake = this.#wake;
    this.#wake = [];
    for (const resolve of wake) resolve();
  }
}
