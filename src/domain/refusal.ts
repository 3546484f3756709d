import type { BookingId, PaymentId, UserId } from "./ids.ts";

/** Why a command was not carried out although it was understood. Ordered by precedence: the first that holds is told. */
export type RefusalReason =
  | "Withdrawn" // cancelled while it was waiting in line
  | "EventCancelled"
  | "EventOver"
  | "SaleNotStarted"
  | "SaleClosed"
  | "SalePaused"
  | "TierNotFound"
  | "TierRestricted" // only an access code opens it
  | "TiersAreSeveral" // a single price or capacity was given for an event with several tiers
  | "TierIsSeated" // its capacity is its seats
  | "NotSeated" // seats were asked for where there are none
  | "SectionNotFound"
  | "SeatUnknown"
  | "SeatsOfSeveralTiers"
  | "PromoCodeInvalid"
  | "PromoCodeUsedUp"
  | "QuantityAboveBookingLimit"
  | "UserLimitExceeded"
  | "HoldLimitExceeded"
  | "PriceChanged"
  | "SoldOut" // nothing is left in the whole event
  | "SeatsExceedAvailable" // something is left, but not enough
  | "SeatsTaken" // these very seats
  | "NoAdjacentSeats" // enough seats are left, but not beside each other
  | "BookingNotFound"
  | "BookingRejected" // it never became a booking
  | "AlreadyCancelled"
  | "AlreadyConfirmed"
  | "BookingExpired"
  | "PaymentRequired"
  | "NothingToPay"
  | "PaymentUnderWay"
  | "PaymentUnknown"
  | "PaymentSettled" // what was reported is known, or came too late to matter
  | "NotConfirmed" // only a confirmed booking can be transferred, exchanged or cancelled in part
  | "PartNotOfBooking" // the part is not smaller than the booking, or not of it
  | "SameOwner"
  | "ExchangeCostsMore"
  | "TicketReplaced" // handed on or exchanged since: there are newer ones
  | "TicketNotOfBooking" // its part of the booking was cancelled
  | "TicketUsed" // somebody was let in with it
  | "WaitlistNotNeeded"
  | "WaitlistAlreadyJoined"
  | "WaitlistEntryNotFound"
  | "EventAlreadyCancelled"
  | "EventHasBookings" // it was to be cancelled only without
  | "AlreadyPaused"
  | "NotPaused"
  | "PromoCodeExists"
  | "VersionMismatch"
  | "PriceMoved" // the price that another one was chosen from is not the price any more
  | "CapacityIsFixed" // another capacity was named where it cannot be changed
  | "CapacityBelowSold"
  | "CapacityJump" // more than ten times as much: probably a slip
  | "TimesInconsistent"
  | "CommandFailed"; // poison: it could not be carried out and was set aside

/** What the person who reads the refusal needs to act on it. */
export interface RefusalFacts {
  readonly availableSeats?: number;
  readonly requestedQuantity?: number;
  readonly limit?: number;
  readonly owned?: number;
  readonly totalMinor?: number;
  readonly version?: number;
  readonly tier?: string;
  readonly sold?: number;
  readonly capacity?: number;
  readonly refundMinor?: number;
  readonly quantity?: number;
  readonly code?: string;
  /** Seats that are taken or unknown, by number. */
  readonly seats?: readonly number[];
  readonly paymentId?: PaymentId;
  /** A ticket that was used, when in Unix milliseconds, and at whose scanner. */
  readonly ticket?: { readonly bookingId: BookingId; readonly number: number };
  readonly checkedInAt?: number;
  readonly checkedInBy?: UserId;
  readonly tiers?: readonly {
    readonly tier: string;
    readonly available: number;
    readonly priceMinor: number;
  }[];
}

export interface Refusal {
  readonly reason: RefusalReason;
  readonly facts: RefusalFacts;
}
