import { referenceOf } from "../domain/ids.ts";
import { fromMinor } from "../domain/money.ts";
import type { Refusal, RefusalReason } from "../domain/refusal.ts";
import { seatIdOf } from "../domain/seat-ids.ts";
import { ticketNumberOf } from "../tickets/tickets.ts";
import { ApiError, type ErrorCode } from "./errors.ts";
import { iso } from "./presenters/time.ts";
import { messageOf } from "./refusal-words.ts";

/** Which error a refusal is to a client. */
const CODE_OF = {
  Withdrawn: "BOOKING_STATE_CONFLICT",
  EventCancelled: "EVENT_NOT_ON_SALE",
  EventOver: "EVENT_NOT_ON_SALE",
  SaleNotStarted: "EVENT_NOT_ON_SALE",
  SaleClosed: "EVENT_NOT_ON_SALE",
  SalePaused: "EVENT_NOT_ON_SALE",
  TierNotFound: "BOOKING_SEATS_UNAVAILABLE",
  TierRestricted: "BOOKING_SEATS_UNAVAILABLE",
  TiersAreSeveral: "EVENT_STATE_CONFLICT",
  TierIsSeated: "EVENT_STATE_CONFLICT",
  NotSeated: "BOOKING_SEATS_UNAVAILABLE",
  SectionNotFound: "BOOKING_SEATS_UNAVAILABLE",
  SeatUnknown: "VALIDATION_ERROR",
  SeatsOfSeveralTiers: "VALIDATION_ERROR",
  PromoCodeInvalid: "PROMO_CODE_INVALID",
  PromoCodeUsedUp: "PROMO_CODE_USED_UP",
  QuantityAboveBookingLimit: "BOOKING_LIMIT_EXCEEDED",
  UserLimitExceeded: "BOOKING_LIMIT_EXCEEDED",
  HoldLimitExceeded: "BOOKING_LIMIT_EXCEEDED",
  PriceChanged: "PRICE_CHANGED",
  SoldOut: "EVENT_SOLD_OUT",
  SeatsExceedAvailable: "BOOKING_SEATS_UNAVAILABLE",
  SeatsTaken: "BOOKING_SEATS_UNAVAILABLE",
  NoAdjacentSeats: "BOOKING_SEATS_UNAVAILABLE",
  BookingNotFound: "BOOKING_NOT_FOUND",
  BookingRejected: "BOOKING_STATE_CONFLICT",
  AlreadyCancelled: "BOOKING_STATE_CONFLICT",
  AlreadyConfirmed: "BOOKING_STATE_CONFLICT",
  BookingExpired: "BOOKING_EXPIRED",
  PaymentRequired: "PAYMENT_REQUIRED",
  NothingToPay: "BOOKING_STATE_CONFLICT",
  PaymentUnderWay: "BOOKING_STATE_CONFLICT",
  PaymentUnknown: "PAYMENT_NOT_FOUND",
  PaymentSettled: "BOOKING_STATE_CONFLICT",
  NotConfirmed: "BOOKING_STATE_CONFLICT",
  PartNotOfBooking: "BOOKING_STATE_CONFLICT",
  SameOwner: "BOOKING_STATE_CONFLICT",
  ExchangeCostsMore: "BOOKING_STATE_CONFLICT",
  TicketReplaced: "TICKET_REPLACED",
  TicketNotOfBooking: "TICKET_NOT_VALID",
  TicketUsed: "TICKET_ALREADY_USED",
  WaitlistNotNeeded: "WAITLIST_NOT_NEEDED",
  WaitlistAlreadyJoined: "WAITLIST_ALREADY_JOINED",
  WaitlistEntryNotFound: "WAITLIST_ENTRY_NOT_FOUND",
  EventAlreadyCancelled: "EVENT_STATE_CONFLICT",
  EventHasBookings: "EVENT_STATE_CONFLICT",
  AlreadyPaused: "EVENT_STATE_CONFLICT",
  NotPaused: "EVENT_STATE_CONFLICT",
  PromoCodeExists: "EVENT_STATE_CONFLICT",
  VersionMismatch: "PRECONDITION_FAILED",
  PriceMoved: "EVENT_STATE_CONFLICT",
  CapacityIsFixed: "EVENT_STATE_CONFLICT",
  CapacityBelowSold: "CAPACITY_BELOW_SOLD",
  CapacityJump: "EVENT_STATE_CONFLICT",
  TimesInconsistent: "VALIDATION_ERROR",
  CommandFailed: "SERVER_ERROR",
} as const satisfies Record<RefusalReason, ErrorCode>;

export function codeOf(reason: RefusalReason): ErrorCode {
  return CODE_OF[reason];
}

/**
 * The fields beside `error` that a program can act on, such as 001's `available_seats`.
 * @param eventNumber the event's; without it seats are not told, because only with it do they have ids
 */
export function extrasOf(
  { facts }: Refusal,
  currency: string,
  eventNumber?: number,
): Record<string, unknown> {
  const { seats, tiers } = facts;
  const amount = (minor: number | undefined) =>
    minor === undefined ? undefined : fromMinor(minor, currency);
  return told({
    available_seats: facts.availableSeats,
    requested_quantity: facts.requestedQuantity,
    total_amount: amount(facts.totalMinor),
    refund_amount: amount(facts.refundMinor),
    limit: facts.limit,
    owned: facts.owned,
    version: facts.version,
    sold: facts.sold,
    capacity: facts.capacity,
    promo_code: facts.code,
    payment_id: facts.paymentId,
    ...(facts.ticket === undefined ? {} : usedTicket(facts.ticket)),
    checked_in_at: facts.checkedInAt === undefined ? undefined : iso(facts.checkedInAt),
    checked_in_by: facts.checkedInBy,
    unavailable_seat_ids:
      eventNumber === undefined ? undefined : seats?.map((seat) => seatIdOf(eventNumber, seat)),
    price_tiers: tiers?.map(({ tier, available, priceMinor }) => ({
      tier,
      available,
      price: fromMinor(priceMinor, currency),
    })),
  });
}

/** The same words as at the door; see `checkInError`. */
function usedTicket({ bookingId, number }: NonNullable<Refusal["facts"]["ticket"]>): Record<string, unknown> {
  const booking = { id: bookingId, reference: referenceOf(bookingId) };
  return { reason: "already_used", ticket_number: ticketNumberOf(booking, number) };
}

function told(fields: Readonly<Record<string, unknown>>): Record<string, unknown> {
  return Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== undefined));
}

/** The part of the request that has to change for another answer; nothing where no other request would do. */
const FIELD_OF: Readonly<Partial<Record<RefusalReason, string>>> = {
  TierNotFound: "tier",
  TierRestricted: "promo_code",
  TiersAreSeveral: "price_tiers",
  TierIsSeated: "total_capacity",
  NotSeated: "event_id",
  SectionNotFound: "section",
  SeatUnknown: "seat_ids",
  SeatsOfSeveralTiers: "seat_ids",
  SeatsTaken: "seat_ids",
  NoAdjacentSeats: "quantity",
  PromoCodeInvalid: "promo_code",
  PromoCodeUsedUp: "promo_code",
  QuantityAboveBookingLimit: "quantity",
  UserLimitExceeded: "quantity",
  PriceChanged: "expected_total_amount",
  SeatsExceedAvailable: "quantity",
  PaymentRequired: "payment_token",
  PromoCodeExists: "code",
  VersionMismatch: "If-Match",
  CapacityIsFixed: "total_capacity",
  CapacityBelowSold: "total_capacity",
  CapacityJump: "confirm",
  TimesInconsistent: "event_date",
};

/** The error reply of a refusal. @param eventNumber see `extrasOf` */
export function refusalError(refusal: Refusal, currency: string, eventNumber?: number): ApiError {
  const message = messageOf(refusal, currency);
  const field = FIELD_OF[refusal.reason];
  return new ApiError(codeOf(refusal.reason), message, {
    ...(field === undefined ? {} : { details: { [field]: message } }),
    extra: extrasOf(refusal, currency, eventNumber),
  });
}
