import type { EventId } from "../domain/ids.ts";
import type { EventState } from "../domain/state.ts";

/** An actor awake in this process: its state as of the turn that wrote `version`. */
export interface Activation {
  readonly state: EventState;
  readonly version: number;
}

interface Slot {
  /** Null from the mark that its activation begins until a turn commits, which clears the mark. */
  readonly activation: Activation | null;
  /** On the monotonic clock: awake since, and used last. */
  readonly sinceMs: number;
  readonly usedAt: number;
}

/** An actor awake in this process, for whoever looks at it from outside. Times are of the monotonic clock. */
export interface AwakeActor {
  readonly eventId: EventId;
  readonly sinceMs: number;
  readonly usedMs: number;
  readonly version: number;
}

/**
 * The actors awake in this worker, bounded in number and in idle time. Memory never outlives a doubt: a
 * turn that fails forgets its actors, and a version written by someone else is not found here.
 */
export class Activations {
  readonly #slots = new Map<EventId, Slot>();
  /** Of actors whose commands are taken one at a time: how many were. */
  readonly #care = new Map<EventId, number>();
  readonly #countMax: number;
  readonly #idleMs: number;

  constructor(limits: { readonly countMax: number; readonly idleMs: number }) {
    this.#countMax = limits.countMax;
    this.#idleMs = limits.idleMs;
  }

  get size(): number {
    return this.#slots.size;
  }

  /** The state of exactly this version, or null where it must be loaded. */
  find(eventId: EventId, version: number): EventState | null {
    const activation = this.#slots.get(eventId)?.activation;
    return activation?.version === version ? activation.state : null;
  }

  /** The actors awake here that were used last, at most so many of them. */
  awake(countMax: number): AwakeActor[] {
    return [...this.#slots]
      .toReversed()
      .flatMap(([eventId, { activation, sinceMs, usedAt }]) =>
        activation === null ? [] : [{ eventId, sinceMs, usedMs: usedAt, version: activation.version }],
      )
      .slice(0, countMax);
  }

  /** Whether it is awake, or its activation was marked as begun. */
  has(eventId: EventId): boolean {
    return this.#slots.has(eventId);
  }

  /** Remembers that the activations of these were marked as begun: one process marks an actor once. */
  begin(eventIds: Iterable<EventId>, nowMs: number): void {
    for (const eventId of eventIds) this.#put(eventId, { activation: null, usedAt: nowMs });
  }

  /** Those whose mark still stands. */
  begunOf(eventIds: readonly EventId[]): EventId[] {
    return eventIds.filter((eventId) => this.#slots.get(eventId)?.activation === null);
  }

  /** The marks of these were taken back. */
  markTakenBack(eventIds: Iterable<EventId>): void {
    for (const eventId of eventIds) this.#slots.delete(eventId);
  }

  /** Keeps what a committed turn left. */
  keep(eventId: EventId, activation: Activation, nowMs: number): void {
    this.#put(eventId, { activation, usedAt: nowMs });
  }

  /** Counts one more command that was taken alone; returns how many there were. */
  countCare(eventId: EventId): number {
    const count = (this.#care.get(eventId) ?? 0) + 1;
    this.#care.set(eventId, count);
    return count;
  }

  /** From now on its commands are taken together again. */
  endCare(eventId: EventId): void {
    this.#care.delete(eventId);
  }

  /** Drops what is known of them; a mark that stands is still remembered. */
  forget(eventIds: Iterable<EventId>): void {
    for (const eventId of eventIds) {
      if (this.#slots.get(eventId)?.activation !== null) this.#slots.delete(eventId);
    }
  }

  /** Passivates what has been idle too long; returns how many. */
  passivateIdle(nowMs: number): number {
    let count = 0;
    for (const [eventId, slot] of this.#slots) {
      if (nowMs - slot.usedAt < this.#idleMs) break;
      this.#slots.delete(eventId);
      count += 1;
    }
    return count;
  }

  /** Passivates all whose activation ended well; a mark that stands is still remembered. */
  passivateAll(): void {
    this.forget([...this.#slots.keys()]);
  }

  /** Most recently used last, so that the first is the one to drop. */
  #put(eventId: EventId, slot: Omit<Slot, "sinceMs">): void {
    const sinceMs = this.#slots.get(eventId)?.sinceMs ?? slot.usedAt;
    this.#slots.delete(eventId);
    this.#slots.set(eventId, { ...slot, sinceMs });
    if (this.#slots.size <= this.#countMax) return;
    const [oldest] = this.#slots.keys();
    if (oldest !== undefined) this.#slots.delete(oldest);
  }
}
