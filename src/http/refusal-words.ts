import { fromMinor } from "../domain/money.ts";
import type { Refusal, RefusalFacts, RefusalReason } from "../domain/refusal.ts";

type Words = string | ((facts: RefusalFacts, currency: string) => string);

/** What a person reads about a refusal, and can act on. */
const WORDS = {
  Withdrawn: "The booking was cancelled while it was waiting in line",
  EventCancelled: "The event is cancelled",
  EventOver: "The event is over",
  SaleNotStarted: "The sale has not started yet",
  SaleClosed: "The sale is closed",
  SalePaused: "The sale is paused; try again later",
  TierNotFound: (facts) => `There is no tier "${facts.tier}"; choose one of ${tierNames(facts)}`,
  TierRestricted: ({ tier }) => `Tier "${tier}" is open with an access code only; send it as promo_code`,
  TiersAreSeveral: (facts) =>
    `The event has several tiers (${tierNames(facts)}); change them through price_tiers`,
  TierIsSeated: ({ tier, capacity }) =>
    `Tier "${tier}" has ${capacity} seats; its capacity is their number and cannot be changed`,
  NotSeated: "The tickets asked for have no seats; ask for a quantity only",
  SectionNotFound: "The event has no such section with tickets of this tier",
  SeatUnknown: "The event has no such seats",
  SeatsOfSeveralTiers: "The seats are of several tiers; book those of each tier by themselves",
  PromoCodeInvalid: ({ code }) => `The code "${code}" is not valid for this booking`,
  PromoCodeUsedUp: ({ code }) => `The code "${code}" has been used as often as it may be`,
  QuantityAboveBookingLimit: ({ limit }) => `At most ${limit} tickets per booking`,
  UserLimitExceeded: ({ limit, owned }) => `At most ${limit} tickets per person; you have ${owned}`,
  HoldLimitExceeded: ({ limit }) =>
    `At most ${limit} unpaid bookings per person; pay for one or cancel it first`,
  PriceChanged: ({ totalMinor = 0 }, currency) =>
    `The price has changed: the total is now ${fromMinor(totalMinor, currency)} ${currency}`,
  SoldOut: "The event is sold out",
  SeatsExceedAvailable: onlySoMany,
  SeatsTaken: ({ seats = [] }) =>
    seats.length === 1
      ? "One of the seats is not available"
      : `${seats.length} of the seats are not available`,
  NoAdjacentSeats: ({ availableSeats, requestedQuantity }) =>
    `No ${requestedQuantity} seats beside each other are left, but ${availableSeats} apart`,
  BookingNotFound: "Booking not found",
  BookingRejected: "The booking was rejected; there is nothing to cancel",
  AlreadyCancelled: "The booking is cancelled already",
  AlreadyConfirmed: "The booking is confirmed already; nothing is due",
  BookingExpired: "The booking has expired; its tickets are on sale again",
  PaymentRequired: ({ totalMinor = 0 }, currency) =>
    `${fromMinor(totalMinor, currency)} ${currency} are due; send a payment token`,
  NothingToPay: "Nothing is due for this booking; confirm it without a payment",
  PaymentUnderWay: "A payment of this booking is under way; wait for its result",
  PaymentUnknown: "Payment not found",
  PaymentSettled: "The payment is settled already",
  NotConfirmed: "Only a confirmed booking can be changed like this",
  PartNotOfBooking: ({ quantity }) => `Name tickets of this booking only, which has ${quantity}`,
  SameOwner: "The booking is theirs already",
  ExchangeCostsMore: ({ totalMinor = 0 }, currency) =>
    `Those tickets cost more, ${fromMinor(totalMinor, currency)} ${currency} in all; book them and cancel these`,
  TicketReplaced: "The ticket was handed on or exchanged; only the newest is valid",
  TicketNotOfBooking: "The ticket was cancelled",
  TicketUsed: ({ checkedInAt }) =>
    checkedInAt === undefined
      ? "A ticket of this booking has been used"
      : `The ticket was used at ${new Date(checkedInAt).toISOString()}`,
  WaitlistNotNeeded: ({ availableSeats }) =>
    `${availableSeats} seats are available; book them instead of waiting`,
  WaitlistAlreadyJoined: "You are in this waitlist already",
  WaitlistEntryNotFound: "There is no entry in this waitlist",
  EventAlreadyCancelled: "The event is cancelled already",
  EventHasBookings: ({ quantity }) => `The event has ${quantity} bookings; cancel them first`,
  AlreadyPaused: "The sale is paused already",
  NotPaused: "The sale is not paused",
  PromoCodeExists: ({ code }) => `The event has a code "${code}" already`,
  VersionMismatch: ({ version }) => `The event was changed meanwhile; its version is ${version}`,
  PriceMoved: ({ tier }) => `The price of tier "${tier}" was changed meanwhile; look at it and apply again`,
  CapacityIsFixed: ({ capacity }) => `The event has ${capacity} seats; their number cannot be changed`,
  CapacityBelowSold: ({ tier, sold }) =>
    `Tier "${tier}" has ${sold} tickets sold or held; its capacity cannot be lower`,
  CapacityJump: ({ capacity, quantity }) =>
    `${quantity} is more than ten times the present ${capacity}; send confirm: true if it is meant`,
  TimesInconsistent:
    "event_date must lie in the future, end_time after it, and sale_ends_at after sale_starts_at",
  CommandFailed: "The request could not be carried out; it was set aside for a person to look at",
} as const satisfies Record<RefusalReason, Words>;

/** What a person reads about a refusal; amounts in the event's currency. */
export function messageOf({ reason, facts }: Refusal, currency: string): string {
  const words: Words = WORDS[reason];
  return typeof words === "string" ? words : words(facts, currency);
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
