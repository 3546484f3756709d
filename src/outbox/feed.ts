import { setImmediate as nextRound } from "node:timers/promises";
import type { CommandId, EventId } from "../domain/ids.ts";
import type { LedgerEntry } from "../domain/ledger.ts";
import type { LedgerRange } from "../engine/ports.ts";
import { BriefMap } from "../ops/brief-map.ts";
import type { Log } from "../ops/log.ts";

export interface FeedPorts {
  readonly readLedger: (ranges: readonly LedgerRange[]) => Promise<LedgerEntry[]>;
  readonly findDecisions: (
    asked: readonly { readonly eventId: EventId; readonly commandId: CommandId }[],
  ) => Promise<LedgerEntry[]>;
  readonly log: Log;
}

/** Hears of every decided range this process was told of, in no particular order. */
export interface FeedSubscriber {
  /** Whether it wants to hear of this event at all; a range that nobody wants is not read. */
  wants(eventId: EventId): boolean;
  hear(entries: readonly LedgerEntry[]): void;
}

/** Called with ranges just before anybody hears of what was decided there; with those that nobody wants, at once. */
export type Telling = (ranges: readonly LedgerRange[]) => void;

interface Waiter {
  readonly eventId: EventId;
  readonly since: number;
  readonly resolve: (entry: LedgerEntry | null) => void;
  readonly timer: NodeJS.Timeout;
}

/** How long a waiter relies on notices before the ledger is asked for its command. */
const LOST_NOTICE_MS = 250;
/** Answers given before other I/O is looked at: some 3 ms. */
const SLICE = 50;

/**
 * What has been decided, as this process hears of it. Notices tell which ranges of which ledgers are new; the entries
 * are read from the ledger itself, so that nothing is ever told that did not commit.
 */
export class OutcomeFeed {
  readonly #ports: FeedPorts;
  readonly #subscribers: FeedSubscriber[] = [];
  readonly #waiters = new BriefMap<CommandId, Waiter[]>();
  readonly #waitersByEvent = new Map<EventId, number>();
  readonly #poll: NodeJS.Timeout;
  #waitMsMax = Number.POSITIVE_INFINITY;

  constructor(ports: FeedPorts) {
    this.#ports = ports;
    this.#poll = setInterval(() => void this.#findLost(LOST_NOTICE_MS), LOST_NOTICE_MS);
    this.#poll.unref();
  }

  get waiting(): number {
    return this.#waiters.size;
  }

  subscribe(subscriber: FeedSubscriber): void {
    this.#subscribers.push(subscriber);
  }

  /** Ranges that were decided. Also call `catchUp` when notices may have been lost. */
  noticed(ranges: readonly LedgerRange[], telling: Telling): void {
    const [wanted, unwanted]: [LedgerRange[], LedgerRange[]] = [[], []];
    for (const range of ranges) (this.#isWanted(range) ? wanted : unwanted).push(range);
    telling(unwanted);
    if (wanted.length > 0) this.#read(wanted, telling).catch((error) => this.#failed(error));
  }

  /** Looks up every waiting command at once. */
  catchUp(): void {
    void this.#findLost(0);
  }

  /**
   * Waits for the decision about a command. Register before the command is sent: its decision may come first.
   * @returns the entry, or null when the time is up.
   */
  decisionOf(eventId: EventId, commandId: CommandId, waitMs: number): Promise<LedgerEntry | null> {
    return new Promise((resolve) => {
      const timer = setTimeout(
        () => {
          this.#remove(commandId, waiter);
          resolve(null);
        },
        Math.min(waitMs, this.#waitMsMax),
      );
      const waiter: Waiter = { eventId, since: performance.now(), resolve, timer };
      const others = this.#waiters.get(commandId);
      if (others === undefined) this.#waiters.set(commandId, [waiter]);
      else others.push(waiter);
      this.#waitersByEvent.set(eventId, (this.#waitersByEvent.get(eventId) ?? 0) + 1);
    });
  }

  /**
   * From now on nobody waits for longer than this, whoever waits already included: they get null. A process that is to end
   * tells people that their decision is still to come, and does not end under their requests.
   */
  hurry(waitMs: number): void {
    this.#waitMsMax = waitMs;
    const waiting = [...this.#waiters.keys()];
    const release = () => {
      for (const commandId of waiting) this.release(commandId);
    };
    setTimeout(release, waitMs).unref();
  }

  /** Gives up waiting for a command: its waiters get null. */
  release(commandId: CommandId): void {
    for (const waiter of this.#take(commandId)) waiter.resolve(null);
  }

  close(): void {
    clearInterval(this.#poll);
    for (const commandId of [...this.#waiters.keys()]) this.release(commandId);
  }

  #isWanted({ eventId }: LedgerRange): boolean {
    return (
      this.#waitersByEvent.has(eventId) || this.#subscribers.some((subscriber) => subscriber.wants(eventId))
    );
  }

  async #read(ranges: readonly LedgerRange[], telling: Telling): Promise<void> {
    const entries = await this.#ports.readLedger(ranges).finally(() => telling(ranges));
    await this.#resolveInSlices(entries);
    for (const subscriber of this.#subscribers) {
      const heard = entries.filter(({ eventId }) => subscriber.wants(eventId));
      if (heard.length > 0) subscriber.hear(heard);
    }
  }

  /** Each answer takes its request's process to the end. In between, whatever else waits for this process gets its turn. */
  async #resolveInSlices(entries: readonly LedgerEntry[]): Promise<void> {
    for (let at = 0; at < entries.length; at += SLICE) {
      if (at > 0) await nextRound();
      this.#resolve(entries.slice(at, at + SLICE));
    }
  }

  #resolve(entries: readonly LedgerEntry[]): void {
    for (const entry of entries) {
      for (const waiter of this.#take(entry.command.id)) waiter.resolve(entry);
    }
  }

  async #findLost(olderThanMs: number): Promise<void> {
    const before = performance.now() - olderThanMs;
    const asked = this.#waiters
      .entries()
      .flatMap(([commandId, [waiter]]) =>
        waiter !== undefined && waiter.since <= before ? [{ eventId: waiter.eventId, commandId }] : [],
      );
    if (asked.length === 0) return;
    await this.#ports
      .findDecisions(asked)
      .then((entries) => this.#resolve(entries))
      .catch((error) => this.#failed(error));
  }

  #take(commandId: CommandId): readonly Waiter[] {
    const waiters = this.#waiters.take(commandId) ?? [];
    for (const waiter of waiters) this.#forget(waiter);
    return waiters;
  }

  #remove(commandId: CommandId, waiter: Waiter): void {
    const others = (this.#waiters.get(commandId) ?? []).filter((other) => other !== waiter);
    if (others.length === 0) this.#waiters.take(commandId);
    else this.#waiters.set(commandId, others);
    this.#forget(waiter);
  }

  #forget({ eventId, timer }: Waiter): void {
    clearTimeout(timer);
    const left = (this.#waitersByEvent.get(eventId) ?? 1) - 1;
    if (left === 0) this.#waitersByEvent.delete(eventId);
    else this.#waitersByEvent.set(eventId, left);
  }

  #failed(error: unknown): void {
    this.#ports.log.warn(
      { error: String(error) },
      "decided outcomes could not be read; they are looked up again",
    );
  }
}
