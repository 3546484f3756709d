import type {
  BookingCancelled,
  BookingConfirmed,
  BookingHeld,
  BookingReduced,
  BookingTransferred,
  HoldExpired,
  OfferMade,
  Outcome,
  TicketsExchanged,
} from "../domain/outcome.ts";
import type { At, FoldedEvent, LiveBooking } from "./folded-event.ts";

type AboutBooking =
  | BookingConfirmed
  | BookingHeld
  | OfferMade
  | HoldExpired
  | BookingCancelled
  | BookingReduced
  | BookingTransferred
  | TicketsExchanged;

const TYPES: ReadonlySet<Outcome["type"]> = new Set<AboutBooking["type"]>([
  "BookingConfirmed",
  "BookingHeld",
  "OfferMade",
  "HoldExpired",
  "BookingCancelled",
  "BookingReduced",
  "BookingTransferred",
  "TicketsExchanged",
]);

export function isAboutBooking(outcome: Outcome): outcome is AboutBooking {
  return TYPES.has(outcome.type);
}

/** The booking that an outcome takes for known: what was added up of it is needed to fold the outcome. */
export function bookingKnownTo(outcome: Outcome): string | null {
  if (!isAboutBooking(outcome) || outcome.type === "BookingHeld" || outcome.type === "OfferMade") return null;
  return outcome.type === "BookingConfirmed" && !outcome.wasHeld ? null : outcome.bookingId;
}

export function foldBooking(event: FoldedEvent, outcome: AboutBooking, at: At): void {
  switch (outcome.type) {
    case "BookingConfirmed":
      confirm(event, outcome, at);
      return;
    case "BookingHeld":
      event.measuresOf(at.day).held += 1;
      event.measuresOf(at.day).held_tickets += outcome.quantity;
      event.minuteOf(at.ms).held += 1;
      keep(event, outcome, { isOffer: false });
      return;
    case "OfferMade":
      event.measuresOf(at.day).offers += 1;
      event.measuresOf(at.day).offered_tickets += outcome.quantity;
      event.standing.waiting -= 1;
      keep(event, outcome, { isOffer: true });
      return;
    case "HoldExpired":
      event.measuresOf(at.day)[event.booking(outcome.bookingId).isOffer ? "lapsed" : "expired"] += 1;
      event.setBooking(outcome.bookingId, null);
      return;
    case "BookingCancelled":
      if (outcome.wasHeld) giveUp(event, outcome, at);
      else cancel(event, outcome, at);
      return;
    case "BookingReduced":
      reduce(event, outcome, at);
      return;
    case "BookingTransferred":
      transfer(event, outcome, at);
      return;
    case "TicketsExchanged":
      exchange(event, outcome, at);
      return;
    default:
      outcome satisfies never;
  }
}

function keep(
  event: FoldedEvent,
  outcome: BookingHeld | OfferMade,
  { isOffer }: Pick<LiveBooking, "isOffer">,
): void {
  const { bookingId, userId, tier, quantity, unitPriceMinor } = outcome;
  event.setBooking(bookingId, { userId, tier, quantity, unitPriceMinor, isHeld: true, isOffer });
}

function confirm(event: FoldedEvent, outcome: BookingConfirmed, { ms, day }: At): void {
  const { bookingId, userId, tier, quantity, unitPriceMinor } = outcome;
  const measures = event.measuresOf(day);
  const minor = unitPriceMinor * quantity;
  for (const sum of [measures, event.salesOf(tier, day)]) {
    sum.bookings += 1;
    sum.tickets += quantity;
    sum.booked_minor += minor;
  }
  const isOffer = outcome.wasHeld === true && event.booking(bookingId).isOffer;
  if (isOffer) {
    measures.converted += 1;
    measures.converted_tickets += quantity;
  }
  const minute = event.minuteOf(ms);
  minute.bookings += 1;
  minute.tickets += quantity;
  event.countHour(ms);
  event.setBooking(bookingId, { userId, tier, quantity, unitPriceMinor, isHeld: false, isOffer });
  owns(event, userId, { bookings: 1, tickets: quantity, minor }, ms);
}

function giveUp(event: FoldedEvent, { bookingId }: BookingCancelled, { day }: At): void {
  event.measuresOf(day)[event.booking(bookingId).isOffer ? "declined" : "abandoned"] += 1;
  event.setBooking(bookingId, null);
}

function cancel(
  event: FoldedEvent,
  { bookingId, userId, quantity, by }: BookingCancelled,
  { ms, day }: At,
): void {
  const { tier, unitPriceMinor } = event.booking(bookingId);
  const minor = unitPriceMinor * quantity;
  const measures = event.measuresOf(day);
  for (const sum of [measures, event.salesOf(tier, day)]) {
    sum.cancelled += 1;
    sum.cancelled_tickets += quantity;
    sum.cancelled_minor += minor;
  }
  if (by === "event") measures.cancelled_by_event += 1;
  event.minuteOf(ms).cancelled += 1;
  event.setBooking(bookingId, null);
  owns(event, userId, { bookings: -1, tickets: -quantity, minor: -minor }, null);
}

function reduce(event: FoldedEvent, { bookingId, userId, quantity }: BookingReduced, { day }: At): void {
  const booking = event.booking(bookingId);
  const minor = booking.unitPriceMinor * quantity;
  for (const sum of [event.measuresOf(day), event.salesOf(booking.tier, day)]) {
    sum.cancelled_tickets += quantity;
    sum.cancelled_minor += minor;
  }
  event.setBooking(bookingId, { ...booking, quantity: booking.quantity - quantity });
  owns(event, userId, { bookings: 0, tickets: -quantity, minor: -minor }, null);
}

/** Who is given tickets has them from then on, what they cost included. */
function transfer(
  event: FoldedEvent,
  { bookingId, userId, toUserId }: BookingTransferred,
  { ms, day }: At,
): void {
  const booking = event.booking(bookingId);
  const { quantity } = booking;
  const minor = booking.unitPriceMinor * quantity;
  event.measuresOf(day).transferred += 1;
  event.setBooking(bookingId, { ...booking, userId: toUserId });
  owns(event, userId, { bookings: -1, tickets: -quantity, minor: -minor }, null);
  owns(event, toUserId, { bookings: 1, tickets: quantity, minor }, ms);
}

function exchange(event: FoldedEvent, outcome: TicketsExchanged, { day }: At): void {
  const { bookingId, userId, tier, quantity, unitPriceMinor } = outcome;
  const booking = event.booking(bookingId);
  const [oldMinor, newMinor] = [booking.unitPriceMinor * quantity, unitPriceMinor * quantity];
  event.measuresOf(day).exchanged_minor += newMinor - oldMinor;
  for (const [sales, sign, minor] of [
    [event.salesOf(booking.tier, day), -1, oldMinor],
    [event.salesOf(tier, day), 1, newMinor],
  ] as const) {
    sales.exchanged += sign;
    sales.exchanged_tickets += sign * quantity;
    sales.exchanged_minor += sign * minor;
  }
  event.setBooking(bookingId, { ...booking, tier, unitPriceMinor });
  owns(event, userId, { bookings: 0, tickets: 0, minor: newMinor - oldMinor }, null);
}

function owns(
  event: FoldedEvent,
  userId: string,
  {
    bookings,
    tickets,
    minor,
  }: { readonly bookings: number; readonly tickets: number; readonly minor: number },
  lastAt: number | null,
): void {
  const person = event.personOf(userId);
  person.bookings += bookings;
  person.tickets += tickets;
  person.spendMinor += minor;
  person.lastAt = lastAt ?? person.lastAt;
}
