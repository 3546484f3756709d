import type { LedgerEntry } from "../../../src/domain/ledger.ts";
import type { ParsedHistory } from "../history/history-reader.ts";
import type { BookingRow, Finding, PaymentRow, RefundRow, SeatRow } from "./evidence/rows.ts";

/** Everything that a run left behind for the checker: what clients saw, what is stored, what processes counted. */
export interface Evidence {
  readonly history: ParsedHistory;
  readonly events: readonly EventBooks[];
  readonly keys: readonly KeptKey[];
  /** What `npm run verify` finds. */
  readonly findings: readonly Finding[];
  readonly rest: Rest;
  readonly scrapes: readonly Scrape[];
  readonly clock: Clock;
  readonly terms: Terms;
}

/** What is stored about one event, read when everything had come to rest. */
export interface EventBooks {
  readonly eventId: string;
  /** From the first entry on, by number. */
  readonly ledger: readonly StoredEntry[];
  readonly tiers: readonly TierRow[];
  readonly bookings: readonly BookingRow[];
  readonly seats: readonly SeatRow[];
  readonly payments: readonly PaymentRow[];
  readonly refunds: readonly RefundRow[];
  readonly actor: {
    readonly version: number;
    readonly ledgerSeq: number;
    readonly bookingsAccepted: number;
    readonly urgentAccepted: number;
  };
  /** Commands that were set aside. */
  readonly deadLetters: readonly string[];
  /** What the built-in test provider says it holds, by payment; null where no money was asked for. */
  readonly provider: ReadonlyMap<string, ProviderRow> | null;
}

export interface StoredEntry extends LedgerEntry {
  /** The transaction that wrote it: of a turn's part, the subtransaction. */
  readonly xmin: string;
  /** When that was committed, in microseconds of the database's clock; null where the server does not keep it. */
  readonly committedAtUs: number | null;
}

export interface TierRow {
  readonly name: string;
  readonly capacity: number;
  readonly held: number;
  readonly sold: number;
  readonly blocked: number;
}

/** Money as the provider has it, in minor units. */
export interface ProviderRow {
  readonly capturedMinor: number;
  readonly refundedMinor: number;
}

/** An idempotency key as it is stored. */
export interface KeptKey {
  /** Hex. */
  readonly digest: string;
  readonly eventId: string;
  readonly commandId: string;
  /** It was refused before it was put in line. */
  readonly isRefused: boolean;
}

/** How the run came to rest. Times are those of the history. */
export interface Rest {
  /** When the last fault was healed; null where there was none. */
  readonly healedAt: number | null;
  /** When mailboxes, outbox and payment tasks were found empty; null: they never were. */
  readonly emptyAt: number | null;
  readonly backlog: Backlog;
}

/** What was still to be done when the evidence was read. */
export interface Backlog {
  readonly envelopes: number;
  readonly outbox: number;
  readonly paymentTasks: number;
}

/** What a process said of itself at the end. */
export interface Scrape {
  readonly role: "api" | "booking" | "effects";
  readonly pid: number;
  /** In the text format of Prometheus. */
  readonly text: string;
}

/** One moment on both clocks: the history's, in its milliseconds, and the database's, in Unix milliseconds. */
export interface Clock {
  readonly at: number;
  readonly databaseMs: number;
}

/** What the run allowed. */
export interface Terms {
  readonly backlogMsMax: number;
  /** How old a cached read may be; 0 where nothing is cached. */
  readonly cacheAgeMsMax: number;
  /** Commands that the fault planted to be set aside. */
  readonly poison: ReadonlySet<string>;
  /** Why counters may lag behind what was committed, such as connections cut at COMMIT; null where they may not. */
  readonly countersMayLag: string | null;
  /** Path of the surface that clients used, such as `/api/v1`: keys are scoped by it. */
  readonly basePath: string;
}
