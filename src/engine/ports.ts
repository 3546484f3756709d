import type { Command, Lane } from "../domain/command.ts";
import type { BookingId, CommandId, EventId, PaymentId, UserId } from "../domain/ids.ts";
import type { Decision } from "../domain/outcome.ts";
import type { Booking, EventState, Payment, World } from "../domain/state.ts";

/** A command in an event's mailbox with its delivery data. */
export interface Envelope {
  readonly command: Command;
  readonly lane: Lane;
  /** Its number among all envelopes that this lane of the mailbox ever accepted: the accept order. */
  readonly ordinal: number;
  /** The database's clock when it was accepted, Unix milliseconds. */
  readonly acceptedAt: number;
  /** Where its request is traced: a W3C `traceparent` and, behind a space, its `tracestate`. */
  readonly trace?: string | undefined;
}

/** What stood in a mailbox but cannot be read as an envelope. */
export interface Unreadable {
  readonly id: CommandId;
  /** By which it came. */
  readonly lane: Lane;
  readonly raw: unknown;
  readonly error: string;
}

export interface Delivery {
  /** Urgent lane first, then by ordinal. */
  readonly envelopes: readonly Envelope[];
  readonly unreadable: readonly Unreadable[];
}

/** An actor row that this transaction holds the lock of. */
export interface LockedActor {
  readonly eventId: EventId;
  /** Rises with every turn: an activation of another version is stale. */
  readonly version: number;
  readonly ledgerSeq: number;
  /** Of the ledger's last entry: SHA-256 in hexadecimal, see `chainText`. */
  readonly ledgerDigest: string;
  /** The database's clock, Unix milliseconds; never before an earlier turn of this event. */
  readonly now: number;
  readonly dueAt: number | null;
  readonly uncleanActivations: number;
  readonly decidedPerSecond: number | null;
  readonly turnedAt: number | null;
  readonly isPaused: boolean;
  /** The waitlist gets what is free before new bookings do. */
  readonly isLineUnserved: boolean;
}

/** One numbered decision: what the ledger keeps. */
export interface Entry {
  readonly seq: number;
  readonly command: Command;
  readonly decision: Decision;
  /** When its envelope was accepted; null for what the clock brought about. */
  readonly acceptedAt: number | null;
  /** Its envelope's. */
  readonly trace?: string | undefined;
}

export interface DeadLetter {
  readonly id: CommandId;
  readonly envelope: unknown;
  readonly error: string;
}

/** All that one turn changes about one event. */
export interface ActorTurn {
  readonly actor: LockedActor;
  readonly world: World;
  /** The world's. */
  readonly state: EventState;
  readonly entries: readonly Entry[];
  readonly deadLetters: readonly DeadLetter[];
  /** The envelopes it took out of the mailbox, by lane, dead letters included. */
  readonly decided: Readonly<Record<Lane, number>>;
  readonly nextDueAt: number | null;
  readonly decidedPerSecond: number | null;
}

/** Rows that the commands of one turn name. */
export interface ColdRows {
  readonly bookings: readonly Booking[];
  readonly payments: readonly Payment[];
  readonly rejected: readonly BookingId[];
  readonly tickets: readonly { readonly userId: UserId; readonly quantity: number }[];
}

export interface ColdRequest {
  readonly eventId: EventId;
  readonly bookingIds: readonly BookingId[];
  readonly paymentIds: readonly PaymentId[];
  readonly ticketsOf: readonly UserId[];
  /** How many confirmed bookings of a cancelled event to bring along. */
  readonly confirmedMax: number;
}

/** One database transaction of a turn. Its connection takes no other work until `commit` or `abandon`. */
export interface TurnTransaction {
  /** Locks those of the actors that nobody else holds; begins the transaction. */
  lock(eventIds: readonly EventId[]): Promise<LockedActor[]>;
  /**
   * Takes up to `max` envelopes out of each mailbox; only actors that are locked may be named. They are back where the
   * transaction does not commit.
   */
  fetch(wanted: readonly { readonly eventId: EventId; readonly max: number }[]): Promise<Delivery[]>;
  /** The stored states of locked actors, in the order asked for. */
  load(eventIds: readonly EventId[]): Promise<EventState[]>;
  prefetch(request: ColdRequest): Promise<ColdRows>;
  /** Which of these commands the ledger already holds. */
  decidedBefore(eventId: EventId, ids: readonly CommandId[]): Promise<ReadonlySet<CommandId>>;
  /** Writes and commits in one round trip. Resolves only if the database committed. */
  commit(turns: readonly ActorTurn[]): Promise<void>;
  /**
   * Writes inside a savepoint without committing, and tells the digest that the ledger then ends with. False: the data
   * was refused and nothing of it stands.
   */
  tryWrite(
    turn: ActorTurn,
  ): Promise<
    { readonly ok: true; readonly ledgerDigest: string } | { readonly ok: false; readonly error: string }
  >;
  /** Leaves an actor marked as unclean where this transaction's writes took the mark away. */
  keepMark(actor: LockedActor): Promise<void>;
  /** Rolls back whatever is open. */
  abandon(): Promise<void>;
  /** The statements since something that is traced was fetched, or none. */
  tracedStatements?(): readonly StatementTime[];
}

/** A statement that was sent to the database, on the clock of `performance.now()`. */
export interface StatementTime {
  /** Of a prepared statement; else what it does to which table. Never its values. */
  readonly name: string;
  readonly fromMs: number;
  readonly toMs: number;
  /** Null where it succeeded; else its SQLSTATE, or what kind of error it was. */
  readonly error: string | null;
}

/** Notes that outlive a turn which kills its process. Each call is a commit of its own. */
export interface ActivationMarks {
  /** Counts an activation that has not yet ended well; the next committed turn clears it. */
  begin(eventIds: readonly EventId[]): Promise<void>;
  /** Counts an attempt at one command and returns how many there were. */
  attempt(eventId: EventId, id: CommandId): Promise<number>;
  /**
   * Takes back what `begin`, and `attempt` where there was one, counted: the turn failed and its process lives.
   * Returns the events for which that was done.
   */
  takeBack(eventIds: readonly EventId[], attempted: AttemptedCommand | null): Promise<EventId[]>;
}

export interface AttemptedCommand {
  readonly eventId: EventId;
  readonly id: CommandId;
}

/** Tells everyone who waits that decisions stand. A hint: may be lost. */
export interface OutcomeNotice {
  publish(ranges: readonly LedgerRange[]): void;
}

export interface LedgerRange {
  readonly eventId: EventId;
  readonly from: number;
  readonly to: number;
  /** Lists of events may be made of others since then. */
  readonly relists?: true;
  /** Those of them that are traced. */
  readonly traces?: readonly { readonly seq: number; readonly trace: string }[];
}

export type TurnPhase = "lock" | "fetch" | "load" | "decide" | "commit";

/** A part of a turn, on the clock of `performance.now()`. */
export interface Lap {
  readonly phase: TurnPhase;
  readonly fromMs: number;
  readonly toMs: number;
}

/** A decision about a command that is traced. */
export interface TracedDecision {
  readonly trace: string;
  readonly eventId: EventId;
  readonly command: Command["type"];
  readonly outcome: string;
  /** From its accept to the turn; null where nobody sent it. */
  readonly waitedMs: number | null;
  /** It could not be carried out. */
  readonly isFailed: boolean;
}

/** A committed turn in which something was decided that is traced. */
export interface TracedTurn {
  readonly fromMs: number;
  readonly toMs: number;
  readonly events: number;
  readonly envelopes: number;
  readonly laps: readonly Lap[];
  readonly statements: readonly StatementTime[];
  readonly decisions: readonly TracedDecision[];
}

/** What one turn did, for metrics. */
export interface TurnReport {
  readonly events: number;
  readonly envelopes: number;
  readonly phasesMs: Readonly<Record<TurnPhase, number>>;
  readonly entries: readonly { readonly outcome: string; readonly waitedMs: number | null }[];
}

/** Where ids of commands that nobody sent come from. */
export interface IdSource {
  commandId(): CommandId;
}

/** Bookings were taken that are not to be decided yet; the turn is given up and taken again without them. */
export class BookingsMustWait extends Error {
  override readonly name = "BookingsMustWait";
  readonly eventId: EventId;

  constructor(eventId: EventId) {
    super(`bookings of event ${eventId} must wait`);
    this.eventId = eventId;
  }
}

/** The database refused the rows of a turn for what they held; nothing of the turn stands. */
export class DataRefused extends Error {
  override readonly name = "DataRefused";
}
