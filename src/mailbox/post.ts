import { laneOf } from "../domain/command.ts";
import type { EventId } from "../domain/ids.ts";
import { reached } from "../ops/points.ts";
import { type Acceptance, type AcceptPorts, acceptLetters, type Letter } from "./accept.ts";
import type { Sql } from "./boss.ts";
import type { AcceptTracing, TracedLetter } from "./ports.ts";
import { WaitingLetters } from "./waiting-letters.ts";

export interface PostPorts extends AcceptPorts {
  /**
   * Runs work in a transaction and resolves only if it committed. Where the work calls `sent`, COMMIT follows its last
   * statement at once.
   */
  readonly inTransaction: <T>(work: (tx: Sql, sent: () => void) => Promise<T>) => Promise<T>;
  /**
   * Wakes the workers: behind the COMMIT on the same connection, so that they are told as soon as there is something to
   * see, and not inside it, because a NOTIFY there would serialise all commits.
   */
  readonly wake: (eventIds: readonly EventId[], tx: Sql) => void;
  /** Whether the failure came from what one letter held, so that the others can be saved. */
  readonly isDataError: (error: unknown) => boolean;
  readonly observe: (batch: { readonly letters: number; readonly elapsedMs: number }) => void;
  readonly tracing?: AcceptTracing | null;
}

export interface PostLimits {
  /** Letters of one transaction. */
  readonly batchMax: number;
  /** Transactions under way at once. */
  readonly flushesMax: number;
  /** Letters waiting for a transaction. Beyond it the post is overloaded: for new bookings, and at twice that for all. */
  readonly waitingMax: number;
  /** How long a letter waits for its transaction to begin: behind one that hangs, others are told soon. */
  readonly waitMsMax: number;
}

/** After a transaction of so many letters it is a crowd that comes, and the next ones are gathered. Fewer wait for nobody. */
const CROWD = 4;
/** For so long, or until there are so many. */
const GATHER_MS = 5;
const GATHERED = 50;

/** Thrown to callers whose letter finds the line before the database full. */
export class PostOverloaded extends Error {
  override readonly name = "PostOverloaded";
}

interface Pending {
  readonly letter: Letter;
  readonly traced: TracedLetter | null;
  /** Since when it waits, on the monotonic clock. */
  readonly sinceMs: number;
  readonly resolve: (acceptance: Acceptance) => void;
  readonly reject: (error: unknown) => void;
}

/**
 * Puts commands into mailboxes. What arrives while a transaction is under way shares the next one: a single
 * envelope costs PostgreSQL 505 µs, one of a hundred 21 µs. At a rate at which transactions end sooner than many come, a
 * crowd is waited for a moment.
 */
export class Post {
  readonly #ports: PostPorts;
  readonly #limits: PostLimits;
  readonly #waiting = new WaitingLetters<Pending>();
  #flushes = 0;
  /** On the monotonic clock. */
  #gathersUntilMs = 0;
  #gathering: NodeJS.Timeout | null = null;
  /** Goes off when the one that waits longest has waited too long. */
  #watch: NodeJS.Timeout | null = null;

  constructor(ports: PostPorts, limits: PostLimits) {
    this.#ports = ports;
    this.#limits = limits;
  }

  /**
   * Resolves when the letter's transaction has committed.
   * @throws PostOverloaded, or what the database threw: then nothing was accepted, or it is not known.
   */
  send(letter: Letter): Promise<Acceptance> {
    if (this.#waiting.length >= this.#limits.waitingMax && !this.#hasRoomFor(letter)) {
      return Promise.reject(new PostOverloaded("too many requests wait to be accepted"));
    }
    const traced = this.#ports.tracing?.begin(letter.command.type) ?? null;
    const sent = traced === null ? letter : { ...letter, trace: traced.carrier };
    return new Promise((resolve, reject) => {
      this.#waiting.push({ letter: sent, traced, sinceMs: performance.now(), resolve, reject });
      this.#watchLongest();
      if (this.#waiting.length !== 1 && this.#waiting.length !== GATHERED) return;
      // After this round of I/O: requests that were read together are accepted together.
      if (traced === null) setImmediate(() => this.#flush());
      else this.#ports.tracing?.outside(() => setImmediate(() => this.#flush()));
    });
  }

  /** How long the command that waits longest has waited for its accept to begin, in milliseconds. */
  get waitedMs(): number {
    const sinceMs = this.#waiting.longestSinceMs;
    return sinceMs === null ? 0 : performance.now() - sinceMs;
  }

  /** Resolves when nothing waits any more. */
  async drained(): Promise<void> {
    while (this.#waiting.length > 0 || this.#flushes > 0)
      await new Promise((resolve) => setTimeout(resolve, 5));
  }

  /** New bookings leave room for what people have to do about those that they have. */
  #hasRoomFor({ command }: Letter): boolean {
    return laneOf(command) === "urgent" && this.#waiting.length < 2 * this.#limits.waitingMax;
  }

  #flush(): void {
    while (this.#waiting.length > 0 && this.#flushes < this.#limits.flushesMax && !this.#isGathering()) {
      const batch = this.#waiting.take(this.#limits.batchMax);
      this.#flushes += 1;
      this.#accept(batch).finally(() => {
        this.#flushes -= 1;
        if (batch.length >= CROWD) this.#gathersUntilMs = performance.now() + GATHER_MS;
        this.#flush();
      });
    }
  }

  /** While many come, those of a few milliseconds share a transaction, and the turn that follows it. */
  #isGathering(): boolean {
    const leftMs = this.#gathersUntilMs - performance.now();
    if (leftMs <= 0 || this.#waiting.length >= GATHERED) return false;
    this.#gathering ??= setTimeout(() => {
      this.#gathering = null;
      this.#flush();
    }, leftMs);
    return true;
  }

  #watchLongest(): void {
    const sinceMs = this.#waiting.longestSinceMs;
    if (sinceMs === null || this.#watch !== null) return;
    const leftMs = sinceMs + this.#limits.waitMsMax - performance.now();
    this.#watch = setTimeout(() => {
      this.#watch = null;
      this.#turnAway();
      this.#watchLongest();
    }, leftMs);
    this.#watch.unref();
  }

  /** Nothing was sent of those that have waited too long: they can be told for sure, and soon. */
  #turnAway(): void {
    const late = this.#waiting.takeLate(performance.now() - this.#limits.waitMsMax);
    rejectAll(late, new PostOverloaded("accepting takes too long"));
  }

  async #accept(batch: readonly Pending[]): Promise<void> {
    const started = performance.now();
    const letters = batch.map(({ letter }) => letter);
    try {
      const answers = await this.#inTransaction(batch, letters);
      reached("accept.committed");
      this.#ports.observe({ letters: letters.length, elapsedMs: performance.now() - started });
      for (const [at, { resolve, traced }] of batch.entries()) {
        const answer = answers[at] as Acceptance;
        traced?.end(answer.type);
        resolve(answer);
      }
    } catch (error) {
      await this.#acceptHalves(batch, error);
    }
  }

  /** One client's bad data never fails another's booking: the batch is halved until the culprit stands alone. */
  async #acceptHalves(batch: readonly Pending[], error: unknown): Promise<void> {
    if (batch.length > 1 && this.#ports.isDataError(error)) {
      const half = batch.length >> 1;
      await this.#accept(batch.slice(0, half));
      await this.#accept(batch.slice(half));
      return;
    }
    rejectAll(batch, error);
  }

  #inTransaction(batch: readonly Pending[], letters: readonly Letter[]): Promise<Acceptance[]> {
    const { inTransaction, tracing } = this.#ports;
    const accept = () =>
      inTransaction((tx, sent) =>
        acceptLetters(this.#ports, tx, letters, (eventIds) => {
          sent();
          reached("accept.sent");
          this.#ports.wake(eventIds, tx);
        }),
      );
    const traced = batch.flatMap((one) => one.traced ?? []);
    if (tracing == null || traced.length === 0) return accept();
    return tracing.transaction(traced, { lettersInAll: batch.length }, accept);
  }
}

function rejectAll(pending: readonly Pending[], error: unknown): void {
  for (const { reject, traced } of pending) {
    traced?.end(null, error);
    reject(error);
  }
}
