import type { CreateEvent } from "./command.ts";
import type { EventChanges } from "./event-draft.ts";
import type { BookingId, CommandId, EntryId, PaymentId, UserId } from "./ids.ts";
import type { PromoCodeDraft } from "./promo-code.ts";
import type { RefusalFacts, RefusalReason } from "./refusal.ts";
import type { Priority } from "./waitlist.ts";

export type SaleStatus = "scheduled" | "open" | "closed";

export interface EventCreated {
  readonly type: "EventCreated";
  readonly draft: CreateEvent["draft"];
  readonly saleStatus: SaleStatus;
}

export interface EventChanged {
  readonly type: "EventChanged";
  readonly changes: EventChanges;
  readonly saleStatus: SaleStatus;
  readonly version: number;
  /**
   * The version of the prices that this set; who chose them stands in the command. Absent in ledgers from before prices
   * had versions, and where no price was given.
   */
  readonly priceVersion?: number;
}

export interface EventCancelled {
  readonly type: "EventCancelled";
  /** Live bookings that are to be cancelled now. */
  readonly bookings: number;
}

/** What the clock or the organiser did to the sale as a whole. */
export interface SaleMoved {
  readonly type: "SaleOpened" | "SaleClosed" | "SalePaused" | "SaleResumed" | "EventCompleted";
}

export interface SeatsBlocked {
  readonly type: "SeatsBlocked" | "SeatsReleased";
  readonly seats: readonly number[];
}

export interface PromoCodeAdded {
  readonly type: "PromoCodeAdded";
  readonly code: PromoCodeDraft;
}

/** Whose tickets of which tier an outcome is about. */
export interface Tickets {
  readonly bookingId: BookingId;
  readonly userId: UserId;
  /** The tier's position. */
  readonly tier: number;
  readonly quantity: number;
  /** Present where the tier is seated. */
  readonly seats?: readonly number[];
}

/** What a new booking is made of. */
export interface NewBooking extends Tickets {
  readonly unitPriceMinor: number;
  /** Which price of its tier this was, as `EventChanged` numbers them; absent: the one that the tier began with. */
  readonly priceVersion?: number;
  readonly promoCode?: string;
  /** The party at the head of the waitlist that nothing fitted and that was therefore passed over. */
  readonly passedOver?: EntryId;
}

export interface BookingConfirmed extends NewBooking {
  readonly type: "BookingConfirmed";
  /** It was a hold, whose tickets it takes over. */
  readonly wasHeld?: true;
  readonly paymentId?: PaymentId;
  /** The lapsed booking that was paid late and that this one stands in for. */
  readonly replaces?: BookingId;
}

/** Tickets kept for a buyer until `expiresAt`. */
export interface BookingHeld extends NewBooking {
  readonly type: "BookingHeld";
  readonly expiresAt: number;
}

/** A hold made for somebody who waited. */
export interface OfferMade extends NewBooking {
  readonly type: "OfferMade";
  readonly entryId: EntryId;
  readonly expiresAt: number;
}

export interface HoldExpired extends Tickets {
  readonly type: "HoldExpired";
}

export interface BookingRejected {
  readonly type: "BookingRejected";
  readonly bookingId: BookingId;
  readonly userId: UserId;
  readonly quantity: number;
  readonly reason: RefusalReason;
  readonly facts: RefusalFacts;
}

export interface BookingCancelled extends Tickets {
  readonly type: "BookingCancelled";
  readonly refundMinor: number;
  readonly by: "customer" | "organizer" | "event";
  readonly wasHeld?: true;
}

/** Part of a booking was cancelled: `quantity` and `seats` are what it lost. */
export interface BookingReduced extends Tickets {
  readonly type: "BookingReduced";
  readonly refundMinor: number;
}

/** Cancelled while its own request was still in line: the mark that the request will find. */
export interface BookingWithdrawn {
  readonly type: "BookingWithdrawn";
  readonly bookingId: BookingId;
  readonly userId: UserId;
}

export interface BookingTransferred {
  readonly type: "BookingTransferred";
  readonly bookingId: BookingId;
  readonly userId: UserId;
  readonly toUserId: UserId;
  readonly quantity: number;
}

/** `tier`, `seats` and `unitPriceMinor` are the new ones. */
export interface TicketsExchanged extends Tickets {
  readonly type: "TicketsExchanged";
  readonly from: { readonly tier: number; readonly seats?: readonly number[] };
  /** As with a new booking, where the tier is another one. */
  readonly passedOver?: EntryId;
  readonly unitPriceMinor: number;
  readonly priceVersion?: number;
  readonly refundMinor: number;
}

/** Somebody was let in with it. */
export interface TicketCheckedIn {
  readonly type: "TicketCheckedIn";
  readonly bookingId: BookingId;
  readonly userId: UserId;
  readonly ticket: number;
  readonly at: number;
  readonly by: UserId;
}

interface OfPayment {
  readonly paymentId: PaymentId;
  readonly bookingId: BookingId;
  readonly userId: UserId;
}

export interface PaymentRequested extends OfPayment {
  readonly type: "PaymentRequested";
  readonly provider: string;
  readonly method: "token" | "checkout";
  readonly amountMinor: number;
  readonly resultId: BookingId;
  /** The hold is kept until then, and longer while the provider has not answered. */
  readonly expiresAt: number;
}

/** The provider has it and has not decided. */
export interface PaymentOpened extends OfPayment {
  readonly type: "PaymentOpened";
}

/** No money moved. The hold stands until `expiresAt`. */
export interface PaymentFailed extends OfPayment {
  readonly type: "PaymentFailed";
  readonly reason: string;
  readonly isCancelled: boolean;
  /** Null where there is no hold any more. */
  readonly expiresAt: number | null;
}

/** The hold's time is up, or its event is cancelled: the provider is asked to end it one way or the other. */
export interface PaymentCancelRequested extends OfPayment {
  readonly type: "PaymentCancelRequested";
}

export interface PaymentCaptured extends OfPayment {
  readonly type: "PaymentCaptured";
  readonly amountMinor: number;
}

export interface RefundOwed extends OfPayment {
  readonly type: "RefundOwed";
  readonly refundId: CommandId;
  readonly amountMinor: number;
  readonly reason: "cancelled" | "late" | "exchanged";
}

export interface RefundSettled extends OfPayment {
  readonly type: "RefundSettled";
  readonly refundId: CommandId;
  readonly amountMinor: number;
  /** Why the provider would not; null: it is done. */
  readonly failure: string | null;
}

export interface WaitlistJoined {
  readonly type: "WaitlistJoined";
  readonly entryId: EntryId;
  readonly userId: UserId;
  readonly quantity: number;
  readonly priority: Priority;
  readonly tiers: readonly number[] | null;
  readonly offerId: BookingId;
  /** Live tickets of this person at that moment. */
  readonly owned: number;
}

export interface WaitlistLeft {
  readonly type: "WaitlistLeft";
  readonly entryId: EntryId;
  readonly userId: UserId;
  /** `limit`: an offer would exceed what one person may have. */
  readonly why: "asked" | "limit";
}

/** The line is served as far as stock and limits go; the offers follow. */
export interface WaitlistProcessed {
  readonly type: "WaitlistProcessed";
}

/** More can be offered than one decision may hold: the next turn goes on. */
export interface WaitlistToContinue {
  readonly type: "WaitlistToContinue";
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
  | SaleMoved
  | SeatsBlocked
  | PromoCodeAdded
  | BookingConfirmed
  | BookingHeld
  | OfferMade
  | HoldExpired
  | BookingRejected
  | BookingCancelled
  | BookingReduced
  | BookingWithdrawn
  | BookingTransferred
  | TicketsExchanged
  | TicketCheckedIn
  | PaymentRequested
  | PaymentOpened
  | PaymentFailed
  | PaymentCancelRequested
  | PaymentCaptured
  | RefundOwed
  | RefundSettled
  | WaitlistJoined
  | WaitlistLeft
  | WaitlistProcessed
  | WaitlistToContinue
  | CommandRefused;

/** Never empty: the head answers whoever asked, the tail follows from it. */
export type Decision = readonly [Outcome, ...Outcome[]];
