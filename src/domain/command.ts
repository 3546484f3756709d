import type { EventChanges, EventDraft } from "./event-draft.ts";
import type { BookingId, CommandId, EntryId, PaymentId, UserId } from "./ids.ts";
import type { PriceNote, SeenPrice } from "./price-note.ts";
import type { PromoCodeDraft } from "./promo-code.ts";
import type { Priority } from "./waitlist.ts";

export interface CreateEvent {
  readonly type: "CreateEvent";
  readonly id: CommandId;
  readonly draft: EventDraft;
}

/** Which seats or tickets of an event somebody wants. */
export interface TicketWish {
  readonly quantity: number;
  /** Absent: the cheapest tier, never a dearer one. */
  readonly tier?: string;
  /** These seats, all or none; `quantity` is their number. */
  readonly seats?: readonly number[];
  /** Of a seated tier: seats beside each other or none. Without it seats may be apart where nothing else is left. */
  readonly adjacent?: boolean;
  readonly section?: string;
  /** The total that the buyer was shown; another one refuses the booking. */
  readonly expectedTotalMinor?: number;
}

export interface BookTickets extends TicketWish {
  readonly type: "BookTickets";
  /** Also the id of the booking. */
  readonly id: BookingId;
  readonly userId: UserId;
  readonly promoCode?: string;
  /** The event's version when the booking was accepted: a price that changed later is not charged unasked. */
  readonly seenVersion?: number;
  /** Where the event is full, join its waitlist instead of being refused. */
  readonly waitlistIfFull?: { readonly priority: Priority; readonly offerId: BookingId };
}

/** Pays a held booking, or takes it where nothing is due. */
export interface ConfirmBooking {
  readonly type: "ConfirmBooking";
  /** Also the id of the payment, where one is made. */
  readonly id: PaymentId;
  readonly bookingId: BookingId;
  readonly userId: UserId;
  /** How it is paid: by a token that the client has of the provider, or on the provider's own page. Null: nothing is offered. */
  readonly payment: { readonly provider: string; readonly method: "token" | "checkout" } | null;
  /** The id of the command that will report the provider's first answer. */
  readonly resultId: BookingId;
}

/** What a provider said about a payment. */
export type PaymentResult =
  | { readonly type: "captured"; readonly amountMinor: number }
  | { readonly type: "declined"; readonly reason: string }
  /** Undecided: the buyer has to do something, or the provider needs time. */
  | { readonly type: "open" }
  /** Will never be captured. */
  | { readonly type: "cancelled" };

export interface RecordPayment {
  readonly type: "RecordPayment";
  /** Also the id of the booking that a late payment makes, should there be stock for it. */
  readonly id: BookingId;
  readonly paymentId: PaymentId;
  readonly bookingId: BookingId;
  readonly result: PaymentResult;
}

export interface RecordRefund {
  readonly type: "RecordRefund";
  readonly id: CommandId;
  readonly refundId: CommandId;
  readonly paymentId: PaymentId;
  readonly bookingId: BookingId;
  readonly amountMinor: number;
  readonly result: { readonly type: "refunded" } | { readonly type: "failed"; readonly reason: string };
}

export interface CancelBooking {
  readonly type: "CancelBooking";
  readonly id: CommandId;
  readonly bookingId: BookingId;
  readonly userId: UserId;
  readonly by: "customer" | "organizer" | "event";
  /** Part of it only: these seats, or so many tickets. */
  readonly seats?: readonly number[];
  readonly quantity?: number;
}

/** Hands a booking to somebody else. */
export interface TransferBooking {
  readonly type: "TransferBooking";
  readonly id: CommandId;
  readonly bookingId: BookingId;
  readonly userId: UserId;
  readonly toUserId: UserId;
}

/** Other tickets for those of a booking, in one step; `quantity` is the booking's. */
export interface ExchangeTickets extends Omit<TicketWish, "quantity"> {
  readonly type: "ExchangeTickets";
  readonly id: CommandId;
  readonly bookingId: BookingId;
  readonly userId: UserId;
}

/** Lets a ticket in at the door. */
export interface CheckInTicket {
  readonly type: "CheckInTicket";
  readonly id: CommandId;
  readonly bookingId: BookingId;
  /** See `ticketNumbersOf`. */
  readonly ticket: number;
  /** Which issue of the booking's tickets it is of: a transfer or an exchange makes a new one. */
  readonly issue: number;
  /** Whose scanner it is. */
  readonly by: UserId;
}

export interface JoinWaitlist {
  readonly type: "JoinWaitlist";
  /** Also the id of the entry. */
  readonly id: EntryId;
  readonly userId: UserId;
  readonly quantity: number;
  readonly priority: Priority;
  /** Any of these; absent: of any tier. */
  readonly tiers?: readonly string[];
  /** The id that the booking of an offer will have. */
  readonly offerId: BookingId;
}

export interface LeaveWaitlist {
  readonly type: "LeaveWaitlist";
  readonly id: CommandId;
  readonly userId: UserId;
}

/** Offers what is free to the line, at most so many tickets. */
export interface ProcessWaitlist {
  readonly type: "ProcessWaitlist";
  readonly id: CommandId;
  readonly ticketsMax: number | null;
}

export interface ChangeEvent {
  readonly type: "ChangeEvent";
  readonly id: CommandId;
  readonly changes: EventChanges;
  /** The version the organiser last saw (`If-Match`). */
  readonly expectedVersion?: number;
  /** Said again by the organiser: a change that looks like a slip of the keyboard is meant. */
  readonly isConfirmed?: boolean;
  /** The capacity that it is to have before and after: whoever says one that differs is refused. */
  readonly capacityExpected?: number;
  /** Where prices are among the changes: who or what chose them. */
  readonly priceNote?: PriceNote;
  /** The prices they were chosen from: where one of them has moved meanwhile, nothing is changed. */
  readonly seenPrices?: readonly SeenPrice[];
}

export interface CancelEvent {
  readonly type: "CancelEvent";
  readonly id: CommandId;
  /** Only where nobody has a ticket, held ones included. */
  readonly unlessBooked?: true;
}

export interface PauseOrResumeSale {
  readonly type: "PauseSale" | "ResumeSale";
  readonly id: CommandId;
}

/** Takes free seats off sale, or puts blocked ones back; all or none. */
export interface BlockOrReleaseSeats {
  readonly type: "BlockSeats" | "ReleaseSeats";
  readonly id: CommandId;
  readonly seats: readonly number[];
}

export interface AddPromoCode {
  readonly type: "AddPromoCode";
  readonly id: CommandId;
  readonly code: PromoCodeDraft;
}

/** The clock's own commands: each states one thing whose time has come. */
export interface TimerCommand {
  readonly type: "OpenSale" | "CloseSale" | "CompleteEvent" | "ServeWaitlist";
  readonly id: CommandId;
}

/** A hold whose time is up: released, or its payment brought to an end first. */
export interface ExpireHold {
  readonly type: "ExpireHold";
  readonly id: CommandId;
  readonly bookingId: BookingId;
}

/** Gives up a command that could not even be read, or not be written down: whoever waits for it gets an answer. */
export interface SetAside {
  readonly type: "SetAside";
  /** The id of what is given up. */
  readonly id: CommandId;
  /** Where it asked for tickets: for whom, how many, and where, as far as that is known. */
  readonly userId?: UserId;
  readonly quantity?: number;
  readonly tier?: string;
}

export type Command =
  | BookTickets
  | ConfirmBooking
  | RecordPayment
  | RecordRefund
  | CancelBooking
  | TransferBooking
  | ExchangeTickets
  | CheckInTicket
  | JoinWaitlist
  | LeaveWaitlist
  | ProcessWaitlist
  | ChangeEvent
  | CancelEvent
  | PauseOrResumeSale
  | BlockOrReleaseSeats
  | AddPromoCode
  | TimerCommand
  | ExpireHold
  | SetAside;

/** New bookings wait behind everything else, so that a backlog of buyers never delays a payment or a cancellation. */
export type Lane = "urgent" | "bookings";

export function laneOf(command: { readonly type: Command["type"] }): Lane {
  return command.type === "BookTickets" ? "bookings" : "urgent";
}
