import type { StockView } from "../domain/decide/book-tickets.ts";
import type { CommandId, EventId } from "../domain/ids.ts";
import type { Refusal } from "../domain/refusal.ts";
import type { Sql } from "./boss.ts";

/** An event as an accept sees it: read in the accept's own transaction, never from a cache. */
export interface Door extends StockView {
  readonly eventId: EventId;
  /** Of the event as its organiser changed it last: what it sold at when a booking came in. */
  readonly version: number;
  /** Booking envelopes accepted and not yet decided. */
  readonly bookingsWaiting: number;
  /** Urgent envelopes accepted and not yet decided: while there are any, stock may come back. */
  readonly urgentWaiting: number;
  readonly bookingsDecided: number;
  /** Decisions a second under backlog; null where there was none yet. */
  readonly decidedPerSecond: number | null;
}

/** A letter whose sender is traced. */
export interface TracedLetter {
  /** What its envelope says of it. */
  readonly carrier: string;
  /** @param result what became of it; null where it is not known or nothing was accepted */
  end(result: string | null, error?: unknown): void;
}

/** Traces the way of letters into mailboxes. */
export interface AcceptTracing {
  /** Null where whoever sends it is not traced: nearly always. */
  begin(command: string): TracedLetter | null;
  /** Begins work of many, as nobody's. */
  outside(work: () => void): void;
  /** Does the work of a transaction that these share with others. */
  transaction<T>(
    letters: readonly TracedLetter[],
    batch: { readonly lettersInAll: number },
    work: () => Promise<T>,
  ): Promise<T>;
}

/** A client's claim that all requests with this key are one request. */
export interface KeyClaim {
  /** SHA-256 of user, method, path and key. */
  readonly digest: Buffer;
  /** SHA-256 of the request's body. */
  readonly fingerprint: Buffer;
}

/** What is stored under a key. */
export interface KeyRow {
  readonly digest: Buffer;
  readonly fingerprint: Buffer;
  readonly eventId: EventId;
  readonly commandId: CommandId;
  /** Set where the request was refused before it was put in line. */
  readonly refusal: Refusal | null;
}

/** The SQL of an accept, each on the accept's own transaction. */
export interface AcceptSql {
  readDoors(tx: Sql, eventIds: readonly EventId[]): Promise<Door[]>;
  /** Reserves keys, sorted so that concurrent accepts cannot deadlock. Returns the digests (hex) that are new. */
  reserveKeys(tx: Sql, rows: readonly KeyRow[]): Promise<ReadonlySet<string>>;
  findKeys(tx: Sql, digests: readonly Buffer[]): Promise<KeyRow[]>;
  /**
   * Counts envelopes into their mailboxes and tells for each event the lane's total afterwards, and the database's
   * clock (Unix milliseconds). The row stays locked until the commit: numbers follow the order of commits.
   */
  countIn(
    tx: Sql,
    counts: readonly { readonly eventId: EventId; readonly bookings: number; readonly urgent: number }[],
  ): Promise<
    { readonly eventId: EventId; readonly bookings: number; readonly urgent: number; readonly now: number }[]
  >;
}
