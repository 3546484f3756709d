import { fromMinor } from "../domain/money.ts";
import type { Refusal, RefusalFacts, RefusalReason } from "../domain/refusal.ts";
import { ApiError, type ErrorCode } from "./errors.ts";

/** Which error a refusal is to a client. */
const CODE_OF = {
  Withdrawn: "BOOKING_STATE_CONFLICT",
  EventCancelled: "EVENT_NOT_ON_SALE",
  EventOver: "EVENT_NOT_ON_SALE",
  SaleNotStarted: "EVENT_NOT_ON_SALE",
  SaleClosed: "EVENT_NOT_ON_SALE",
  TierNotFound: "BOOKING_SEATS_UNAVAILABLE",
  TiersAreSeveral: "EVENT_STATE_CONFLICT",
  QuantityAboveBookingLimit: "BOOKING_LIMIT_EXCEEDED",
  UserLimitExceeded: "BOOKING_LIMIT_EXCEEDED",
  PriceChanged: "PRICE_CHANGED",
  SoldOut: "EVENT_SOLD_OUT",
  SeatsExceedAvailable: "BOOKING_SEATS_UNAVAILABLE",
  BookingNotFound: "BOOKING_NOT_FOUND",
  BookingRejected: "BOOKING_STATE_CONFLICT",
  AlreadyCancelled: "BOOKING_STATE_CONFLICT",
  EventAlreadyCancelled: "EVENT_STATE_CONFLICT",
  VersionMismatch: "PRECONDITION_FAILED",
  CapacityBelowSold: "CAPACITY_BELOW_SOLD",
  TimesInconsistent: "VALIDATION_ERROR",
  CommandFailed: "SERVER_ERROR",
} as const satisfies Record<RefusalReason, ErrorCode>;

export function codeOf(reason: RefusalReason): ErrorCode {
  return CODE_OF[reason];
}

/** What a person reads about a refusal. */
export function messageOf({ reason, facts }: Refusal, currency: string): string {
  switch (reason) {
    case "Withdrawn":
      return "The booking was cancelled while it was waiting in line";
    case "EventCancelled":
      return "The event is cancelled";
    case "EventOver":
      return "The event is over";
    case "SaleNotStarted":
      return "The sale has not started yet";
    case "SaleClosed":
      return "The sale is closed";
    case "TierNotFound":
      return `There is no tier "${facts.tier}"; choose one of ${tierNames(facts)}`;
    case "TiersAreSeveral":
      return `The event has several tiers (${tierNames(facts)}); change them through price_tiers`;
    case "QuantityAboveBookingLimit":
      return `At most ${facts.limit} tickets per booking`;
    case "UserLimitExceeded":
      return `At most ${facts.limit} tickets per person; you have ${facts.owned}`;
    case "PriceChanged":
      return `The price has changed: the total is now ${fromMinor(facts.totalMinor ?? 0, currency)} ${currency}`;
    case "SoldOut":
      return "The event is sold out";
    case "SeatsExceedAvailable":
      return onlySoMany(facts);
    case "BookingNotFound":
      return "Booking not found";
    case "BookingRejected":
      return "The booking was rejected; there is nothing to cancel";
    case "AlreadyCancelled":
      return "The booking is cancelled already";
    case "EventAlreadyCancelled":
      return "The event is cancelled already";
    case "VersionMismatch":
      return `The event was changed meanwhile; its version is ${facts.version}`;
    case "CapacityBelowSold":
      return `Tier "${facts.tier}" has ${facts.sold} tickets sold; its capacity cannot be lower`;
    case "TimesInconsistent":
      return "event_date must lie in the future, end_time after it, and sale_ends_at after sale_starts_at";
    case "CommandFailed":
      return "The request could not be carried out; it was set aside for a person to look at";
    default:
      return reason satisfies never;
  }
}

/** 001's sentence; where there are several tiers it says of which one, and what the others have. */
function onlySoMany({ availableSeats, tier, tiers = [] }: RefusalFacts): string {
  const others = tiers.filter((other) => other.tier !== tier && other.available > 0);
  if (others.length === 0) return `Only ${availableSeats} seats available`;
  const left = others.map((other) => `"${other.tier}" has ${other.available}`).join(", ");
  return `Only ${availableSeats} seats available in tier "${tier}"; ${left}`;
}

function tierNames({ tiers }: RefusalFacts): string {
  return (tiers ?? []).map(({ tier }) => `"${tier}"`).join(", ");
}

/** 001's and 004's fields beside `error`. */
export function extrasOf({ facts }: Refusal, currency: string): Record<string, unknown> {
  const { availableSeats, requestedQuantity, totalMinor, limit, owned, version, sold, tiers } = facts;
  return {
    ...(availableSeats === undefined ? {} : { available_seats: availableSeats }),
    ...(requestedQuantity === undefined ? {} : { requested_quantity: requestedQuantity }),
    ...(totalMinor === undefined ? {} : { total_amount: fromMinor(totalMinor, currency) }),
    ...(limit === undefined ? {} : { limit }),
    ...(owned === undefined ? {} : { owned }),
    ...(version === undefined ? {} : { version }),
    ...(sold === undefined ? {} : { sold }),
    ...(tiers === undefined
      ? {}
      : {
          price_tiers: tiers.map(({ tier, available, priceMinor }) => ({
            tier,
            available,
            price: fromMinor(priceMinor, currency),
          })),
        }),
  };
}

/** The part of the request that has to change for another answer; nothing where no other request would do. */
const FIELD_OF: Readonly<Partial<Record<RefusalReason, string>>> = {
  TierNotFound: "tier",
  TiersAreSeveral: "price_tiers",
  QuantityAboveBookingLimit: "quantity",
  UserLimitExceeded: "quantity",
  PriceChanged: "expected_total_amount",
  SeatsExceedAvailable: "quantity",
  VersionMismatch: "If-Match",
  CapacityBelowSold: "total_capacity",
  TimesInconsistent: "event_date",
};

/** The error reply of a refusal. */
export function refusalError(refusal: Refusal, currency: string): ApiError {
  const message = messageOf(refusal, currency);
  const field = FIELD_OF[refusal.reason];
  return new ApiError(codeOf(refusal.reason), message, {
    ...(field === undefined ? {} : { details: { [field]: message } }),
    extra: extrasOf(refusal, currency),
  });
}
