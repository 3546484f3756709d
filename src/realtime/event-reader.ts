import type { EventId } from "../domain/ids.ts";
import type { EventView } from "../domain/views.ts";

/** Reads events by id, those that exist, in any order. */
export type ReadEvents = (eventIds: readonly EventId[]) => Promise<readonly EventView[]>;

interface Wanted {
  readonly eventId: EventId;
  readonly found: (event: EventView | null) => void;
  readonly failed: (error: unknown) => void;
}

const BATCH_SIZE_MAX = 500;

/**
 * Reads events, whoever asks at the same time in one query, and one query at a time. A read starts after it was asked
 * for: what a caller has heard of before it asked is in the answer.
 */
export class EventReader {
  readonly #readEvents: ReadEvents;
  #wanted: Wanted[] = [];
  #isReading = false;

  constructor(readEvents: ReadEvents) {
    this.#readEvents = readEvents;
  }

  /** The event as it is now; null where there is none. @throws what `readEvents` throws. */
  read(eventId: EventId): Promise<EventView | null> {
    return new Promise((found, failed) => {
      this.#wanted.push({ eventId, found, failed });
      if (!this.#isReading) void this.#readAll();
    });
  }

  async #readAll(): Promise<void> {
    this.#isReading = true;
    // Whoever asks within the same tick shares the first query.
    await null;
    while (this.#wanted.length > 0) {
      const batch = this.#wanted.slice(0, BATCH_SIZE_MAX);
      this.#wanted = this.#wanted.slice(BATCH_SIZE_MAX);
      await this.#answer(batch);
    }
    this.#isReading = false;
  }

  async #answer(batch: readonly Wanted[]): Promise<void> {
    try {
      const events = await this.#readEvents([...new Set(batch.map(({ eventId }) => eventId))]);
      const byId = new Map(events.map((event) => [event.eventId, event]));
      for (const { eventId, found } of batch) found(byId.get(eventId) ?? null);
    } catch (error) {
      for (const { failed } of batch) failed(error);
    }
  }
}
