import type {
  BookTickets,
  CancelBooking,
  CheckInTicket,
  Command,
  ConfirmBooking,
  ExchangeTickets,
  JoinWaitlist,
  LeaveWaitlist,
  RecordPayment,
  TransferBooking,
} from "../domain/command.ts";
import type { EventDraft } from "../domain/event-draft.ts";
import type { SaleStatus } from "../domain/outcome.ts";

/** What is done to a booking once there is one. */
export type FollowUp =
  | ConfirmBooking
  | RecordPayment
  | CancelBooking
  | TransferBooking
  | ExchangeTickets
  | CheckInTicket;

/** One thing that is done so long after a booking came to be. */
export interface Step {
  readonly afterMs: number;
  /** How long it waited for its decision. */
  readonly waitedMs: number;
  /** Its number in the ledger: what happens in one millisecond happens in that order. */
  readonly order: number;
  readonly command: FollowUp;
  /** Of a capture: it was of the whole amount, whatever that is in a rehearsal. */
  readonly isInFull: boolean;
}

/** How a booking can come to be: what people do with it differs. */
export type Birth = "held" | "offered" | "confirmed";

/** What was done to a booking from when it came to be. */
export interface Script {
  readonly birth: Birth;
  /** It is the ledger's: its ids are those of this very booking. */
  readonly isRecorded: boolean;
  /** When its hold was ended by the clock, that long after its time: workers are never quite punctual. */
  readonly ended: { readonly lateMs: number; readonly order: number } | null;
  readonly steps: readonly Step[];
}

/** What somebody asks for by themselves. */
export type Asking = BookTickets | JoinWaitlist | LeaveWaitlist | CancelBooking;

/** A person's wish, dated. Times are Unix milliseconds. */
export interface Request {
  /** When it was decided in the record; when it is asked, where nothing is recorded. */
  readonly at: number;
  readonly waitedMs: number;
  readonly order: number;
  readonly command: Asking;
  /** What one ticket cost that they were shown, in minor units; null: it is not known, or it does not matter. */
  readonly shownMinor: number | null;
  /** The request that was refused before they asked again; null: they did not. */
  readonly retryOf: string | null;
  /** Whether the record let them into the waitlist. */
  readonly wasJoined: boolean;
  /** The most that they pay for a ticket, in minor units; null: not stated. */
  readonly willingMinor: number | null;
}

/** Something that the organiser did and that is done again, whatever the buyers do. */
export interface OrganiserAct {
  readonly at: number;
  readonly waitedMs: number;
  readonly order: number;
  readonly command: Exclude<Command, Asking | FollowUp>;
}

/** A sale as somebody wants it rehearsed: who comes, and what they do with what they get. */
export interface Demand {
  /** By `at` and `order`. */
  readonly requests: readonly Request[];
  /** By booking, of those whose continuation is known. */
  readonly scripts: ReadonlyMap<string, Script>;
}

/** The event as its ledger begins, and what its organiser did since. */
export interface Stage {
  readonly draft: EventDraft;
  readonly saleStatus: SaleStatus;
  readonly createdAt: number;
  readonly acts: readonly OrganiserAct[];
}
