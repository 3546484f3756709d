import type { EventStanding } from "../analytics/folded-event.ts";
import type { Measures, Sales } from "../analytics/measures.ts";
import type { LedgerEntry } from "../domain/ledger.ts";
import type { EventState } from "../domain/state.ts";
import type { CheckIn } from "../domain/ticket.ts";

/** A ledger row with the columns that repeat what its JSON says, its JSON by the letter, and what chains it. */
export interface StoredEntry extends LedgerEntry {
  readonly commandId: string;
  readonly type: string;
  readonly texts: { readonly command: string; readonly outcomes: string };
  /** In hexadecimal. */
  readonly digest: string;
}

/** An event whose turn it is. */
export interface AuditedEvent {
  readonly id: string;
  readonly number: number;
  readonly name: string;
}

/** The counters around an event's mailbox; null where their row is missing. Times are Unix milliseconds. */
export interface ActorRow {
  readonly ledgerSeq: number | null;
  /** Of the last entry, in hexadecimal. */
  readonly ledgerDigest: string | null;
  readonly bookingsDecided: number;
  readonly urgentDecided: number;
  readonly bookingsAccepted: number | null;
  readonly urgentAccepted: number | null;
  readonly nextDueAt: number | null;
}

/** Envelopes that wait, by lane. */
export interface Waiting {
  readonly bookings: number;
  readonly urgent: number;
}

/** What an event is listed and accounted for under. No decision asks about it, so that the actor's world does not keep it. */
export interface Listing {
  readonly number: number;
  readonly name: string;
  readonly description: string | null;
  readonly venue: string;
  readonly venueId: string | null;
  readonly category: string | null;
  readonly currency: string;
  readonly createdBy: string;
}

export interface BookingRow {
  readonly id: string;
  readonly userId: string;
  readonly reference: string;
  readonly tier: number;
  readonly quantity: number;
  readonly unitPriceMinor: number;
  readonly priceVersion: number | null;
  readonly totalMinor: number;
  readonly refundMinor: number;
  readonly status: string;
  readonly seats: readonly number[] | null;
  readonly expiresAt: number | null;
  readonly heldUntil: number | null;
  readonly promoCode: string | null;
  readonly entryId: string | null;
  readonly paymentId: string | null;
  readonly replaces: string | null;
  readonly refundStatus: string | null;
  readonly issue: number;
  readonly checkIns: readonly CheckIn[];
}

export interface SeatRow {
  readonly seat: number;
  readonly status: number;
  readonly bookingId: string | null;
}

export interface PaymentRow {
  readonly id: string;
  readonly bookingId: string;
  readonly userId: string;
  readonly provider: string;
  readonly method: string;
  readonly amountMinor: number;
  readonly capturedMinor: number;
  readonly refundMinor: number;
  readonly state: string;
  readonly isCancelling: boolean;
  readonly resultId: string;
  readonly until: number;
  /** The sum of its rows in `refund`. */
  readonly refundsMinor: number;
  /** What the confirmed bookings cost that name it. */
  readonly ticketsMinor: number;
  /** Whether a booking that is or was confirmed names it. */
  readonly hadTickets: boolean;
}

export interface RefundRow {
  readonly id: string;
  readonly paymentId: string;
  readonly bookingId: string;
  readonly amountMinor: number;
  readonly reason: string;
  readonly state: string;
  readonly failure: string | null;
}

export interface EntryRow {
  readonly id: string;
  readonly userId: string;
  readonly quantity: number;
  readonly priority: string;
  readonly tiers: readonly number[] | null;
  readonly offerId: string;
  readonly status: string;
  readonly passedOver: number;
  readonly joinedSeq: number;
}

/** Rows of one kind, in pages: a table is never held as a whole. */
export type Pages<Row> = AsyncIterable<readonly Row[]>;

/** The rows of one event, each kind to be walked once. */
export interface StoredRows {
  readonly bookings: Pages<BookingRow>;
  readonly seats: Pages<SeatRow>;
  readonly payments: Pages<PaymentRow>;
  readonly refunds: Pages<RefundRow>;
  readonly waitlist: Pages<EntryRow>;
}

/** Everything that is stored about one event, as of one moment. */
export interface StoredBooks {
  /** Ledger entries behind a number, in order, at most `countMax`. */
  ledger(after: number, countMax: number): Promise<readonly StoredEntry[]>;
  actor(): Promise<ActorRow>;
  listing(): Promise<Listing | null>;
  waiting(): Promise<Waiting>;
  /** As an actor that wakes up would load it. @throws Error beginning with `invariant:` where the rows make no state. */
  state(): Promise<EventState>;
  rows(): StoredRows;
  /** The numbers of the entries that decided some commands. */
  numbersOf(commandIds: readonly string[]): Promise<ReadonlyMap<string, number>>;
}

/** A page of idempotency keys, and those of it that lead to no ledger entry, envelope or dead letter. */
export interface KeyPage {
  readonly looked: number;
  readonly leadNowhere: readonly { readonly eventId: string; readonly commandId: string }[];
}

/** What was added up of one event, as of one moment. */
export interface StoredAnalytics {
  readonly standing: EventStanding;
  readonly total: Measures;
  readonly days: ReadonlyMap<string, Measures>;
  /** By position. */
  readonly tiers: ReadonlyMap<string, Sales>;
  /** By position and day. */
  readonly tierDays: ReadonlyMap<string, Sales>;
  /** By day and reason. */
  readonly refusals: ReadonlyMap<string, { readonly requests: number; readonly tickets: number }>;
  /** Bookings that stand and refunds that are owed. */
  readonly live: {
    readonly bookings: number;
    readonly tickets: number;
    readonly minor: number;
    readonly refunds: number;
    readonly owedMinor: number;
  };
}

/** A figure of several events that is not the sum of theirs. */
export interface WrongSum {
  readonly table: string;
  /** Which of its rows. */
  readonly row: string;
  readonly sum: string;
  readonly stored: string;
}

/** A table that has rows of an event that there is not. */
export interface Orphans {
  readonly table: string;
  readonly eventId: string;
}

/** A database as an audit sees it. Reads only. */
export interface AuditSource {
  /** How much there is to look at. */
  size(eventId: string | null): Promise<{ readonly events: number; readonly entries: number }>;
  /** All events, or one. */
  events(eventId: string | null): Pages<AuditedEvent>;
  /** The ledger outside of any transaction of length: what is committed there never changes. */
  ledger(eventId: string, after: number, countMax: number): Promise<readonly StoredEntry[]>;
  /** Runs `look` on the books of one event as of one moment, in one read-only transaction. */
  snapshot<T>(eventId: string, look: (books: StoredBooks) => Promise<T>): Promise<T>;
  keys(eventId: string | null): AsyncIterable<KeyPage>;
  /** Null where nothing of the event was added up yet. */
  analytics(eventId: string): Promise<StoredAnalytics | null>;
  /** Those of organisers, of all, and of people, as of one moment; at most a few of each table. */
  wrongSums(): Promise<readonly WrongSum[]>;
  /** At most a few of each table. */
  orphans(): Promise<readonly Orphans[]>;
}
