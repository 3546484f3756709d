import type { EventChanges, EventDraft } from "./command.ts";
import type { BookingId, UserId } from "./ids.ts";
import type { RefusalFacts, RefusalReason } from "./refusal.ts";

export interface EventCreated {
  readonly type: "EventCreated";
  readonly draft: EventDraft;
  readonly saleStatus: SaleStatus;
}

export interface EventChanged {
  readonly type: "EventChanged";
  readonly changes: EventChanges;
  readonly saleStatus: SaleStatus;
  readonly version: number;
}

export interface EventCancelled {
  readonly type: "EventCancelled";
  /** Confirmed bookings that are to be cancelled now. */
  readonly bookings: number;
}

export interface SaleOpened {
  readonly type: "SaleOpened";
}

export interface SaleClosed {
  readonly type: "SaleClosed";
}

export interface EventCompleted {
  readonly type: "EventCompleted";
}

export interface BookingConfirmed {
  readonly type: "BookingConfirmed";
  readonly bookingId: BookingId;
  readonly userId: UserId;
  /** The tier's position. */
  readonly tier: number;
  readonly quantity: number;
  readonly unitPriceMinor: number;
}

export interface BookingRejected {
  readonly type: "BookingRejected";
  readonly bookingId: BookingId;
  readonly userId: UserId;
  readonly quantity: number;
  readonly reason: RefusalReason;
  readonly facts: RefusalFacts;
}

export interface BookingCancelled {
  readonly type: "BookingCancelled";
  readonly bookingId: BookingId;
  readonly userId: UserId;
  readonly tier: number;
  readonly quantity: number;
  readonly refundMinor: number;
  readonly by: "customer" | "organizer" | "event";
}

/** Cancelled while its own request was still in line: the mark that the request will find. */
export interface BookingWithdrawn {
  readonly type: "BookingWithdrawn";
  readonly bookingId: BookingId;
  readonly userId: UserId;
}

export interface CommandRefused {
  readonly type: "CommandRefused";
  readonly reason: RefusalReason;
  readonly facts: RefusalFacts;
}

export type Outcome =
  | EventCreated
  | EventChanged
  | EventCancelled
  | SaleOpened
  | SaleClosed
  | EventCompleted
  | BookingConfirmed
  | BookingRejected
  | BookingCancelled
  | BookingWithdrawn
  | CommandRefused;

/** Never empty: the head answers whoever asked, the tail follows from it. */
export type Decision = readonly [Outcome, ...Outcome[]];

export type SaleStatus = "scheduled" | "open" | "closed";
