import type { EventId } from "../domain/ids.ts";
import type { LedgerEntry } from "../domain/ledger.ts";
import type { FeedSubscriber } from "./feed.ts";

/** Whoever waits for the next decision of an event; begin to listen before you look, or you may miss it. */
export interface Listening {
  /** Resolves at the next news, which may have come already, when the time is up, or when it is given up. */
  next(ms: number): Promise<void>;
  /** Gives it up. */
  readonly end: () => void;
  readonly isOver: boolean;
}

/** Wakes requests that wait for news of an event. They look into the ledger themselves: news may be lost, and then time ends the wait. */
export class FeedNews implements FeedSubscriber {
  readonly #listeners = new Map<EventId, Set<Listener>>();
  #isClosed = false;

  wants(eventId: EventId): boolean {
    return this.#listeners.has(eventId);
  }

  hear(entries: readonly LedgerEntry[]): void {
    for (const eventId of new Set(entries.map((entry) => entry.eventId)))
      for (const listener of this.#listeners.get(eventId) ?? []) listener.wake();
  }

  listen(eventId: EventId): Listening {
    const listener = new Listener(() => this.#forget(eventId, listener));
    const others = this.#listeners.get(eventId);
    if (others === undefined) this.#listeners.set(eventId, new Set([listener]));
    else others.add(listener);
    if (this.#isClosed) listener.end();
    return listener;
  }

  /** Lets everybody go who waits; whoever comes later does not wait. */
  close(): void {
    this.#isClosed = true;
    for (const listeners of this.#listeners.values()) for (const listener of [...listeners]) listener.end();
  }

  #forget(eventId: EventId, listener: Listener): void {
    const listeners = this.#listeners.get(eventId);
    listeners?.delete(listener);
    if (listeners?.size === 0) this.#listeners.delete(eventId);
  }
}

class Listener implements Listening {
  readonly #forget: () => void;
  #hasNews = false;
  #isOver = false;
  #resolve: () => void = () => undefined;

  constructor(forget: () => void) {
    this.#forget = forget;
  }

  wake(): void {
    this.#hasNews = true;
    this.#resolve();
  }

  async next(ms: number): Promise<void> {
    if (!this.#hasNews && !this.#isOver) {
      await new Promise<void>((resolve) => {
        const timer = setTimeout(resolve, ms);
        this.#resolve = () => {
          clearTimeout(timer);
          resolve();
        };
      });
    }
    this.#hasNews = false;
  }

  get isOver(): boolean {
    return this.#isOver;
  }

  readonly end = (): void => {
    this.#isOver = true;
    this.#forget();
    this.#resolve();
  };
}
