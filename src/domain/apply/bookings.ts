import type {
  BookingCancelled,
  BookingConfirmed,
  BookingHeld,
  BookingReduced,
  BookingTransferred,
  HoldExpired,
  NewBooking,
  OfferMade,
  TicketCheckedIn,
  TicketsExchanged,
} from "../outcome.ts";
import type { Booking, World } from "../state.ts";
import {
  addTickets,
  countHold,
  countPassedOver,
  countUse,
  hold,
  sell,
  takeHold,
  tierAt,
  unhold,
  unsell,
} from "./stock.ts";

export function applyConfirmed(world: World, outcome: BookingConfirmed): void {
  const { state, bookings } = world;
  const {
    bookingId,
    userId,
    tier,
    quantity,
    unitPriceMinor,
    priceVersion = null,
    promoCode = null,
  } = outcome;
  if (outcome.wasHeld) {
    takeHold(state, bookingId);
    tierAt(state, tier).held -= quantity;
  } else {
    addTickets(world, userId, quantity);
    countUse(state, promoCode, 1);
    countPassedOver(state.line, outcome.passedOver);
  }
  const lapsed = outcome.replaces === undefined ? undefined : bookings.get(outcome.replaces);
  if (lapsed !== undefined) lapsed.paymentId = outcome.paymentId ?? null;
  sell(state, outcome);
  state.bookings += 1;
  bookings.set(bookingId, {
    id: bookingId,
    userId,
    tier,
    quantity,
    seats: outcome.seats ?? null,
    unitPriceMinor,
    priceVersion,
    status: "confirmed",
    refundMinor: 0,
    paymentId: outcome.paymentId ?? null,
    promoCode,
    issue: 1,
    checkIns: [],
  });
}

export function applyHeld(world: World, outcome: BookingHeld): void {
  keepForBuyer(world, outcome, null);
  countHold(world.state, outcome.userId, 1);
}

/** What a hold of either kind does to stock, tickets and codes. */
export function keepForBuyer(
  world: World,
  outcome: NewBooking & { readonly expiresAt: number },
  entryId: OfferMade["entryId"] | null,
): void {
  const { state } = world;
  const { bookingId, userId, tier, quantity, unitPriceMinor, priceVersion = null } = outcome;
  const { expiresAt, promoCode = null } = outcome;
  const seats = outcome.seats ?? null;
  hold(state, outcome);
  state.holds.set(bookingId, {
    id: bookingId,
    userId,
    tier,
    quantity,
    seats,
    unitPriceMinor,
    priceVersion,
    promoCode,
    entryId,
    expiresAt,
    heldUntil: expiresAt,
    payment: null,
  });
  addTickets(world, userId, quantity);
  countUse(state, promoCode, 1);
  countPassedOver(state.line, outcome.passedOver);
}

export function applyExpired(world: World, outcome: HoldExpired): void {
  releaseHold(world, outcome, "expired", 0);
}

export function applyCancelled(world: World, outcome: BookingCancelled): void {
  const { state } = world;
  if (outcome.wasHeld) releaseHold(world, outcome, "cancelled", 0);
  else {
    const booking = bookingIn(world, outcome);
    booking.status = "cancelled";
    booking.refundMinor += outcome.refundMinor;
    unsell(state, outcome);
    state.bookings -= 1;
    addTickets(world, outcome.userId, -outcome.quantity);
    countUse(state, booking.promoCode, -1);
  }
  if (state.cancellation === null) return;
  // A customer may cancel while the cancellation of the whole event is on its way.
  if (outcome.by !== "event") state.cancellation.total -= 1;
  else {
    state.cancellation.done += 1;
    if (outcome.wasHeld) return;
    state.refunds.count += 1;
    state.refunds.minor += outcome.refundMinor;
  }
}

export function applyReduced(world: World, outcome: BookingReduced): void {
  const booking = bookingIn(world, outcome);
  booking.quantity -= outcome.quantity;
  booking.seats = booking.seats?.filter((seat) => !outcome.seats?.includes(seat)) ?? null;
  booking.refundMinor += outcome.refundMinor;
  unsell(world.state, outcome);
  addTickets(world, outcome.userId, -outcome.quantity);
}

export function applyTransferred(world: World, outcome: BookingTransferred): void {
  const booking = bookingIn(world, outcome);
  booking.userId = outcome.toUserId;
  booking.issue += 1;
  addTickets(world, outcome.userId, -outcome.quantity);
  addTickets(world, outcome.toUserId, outcome.quantity);
}

export function applyExchanged(world: World, outcome: TicketsExchanged): void {
  const booking = bookingIn(world, outcome);
  unsell(world.state, { ...outcome.from, quantity: outcome.quantity });
  sell(world.state, outcome);
  booking.tier = outcome.tier;
  booking.seats = outcome.seats ?? null;
  booking.unitPriceMinor = outcome.unitPriceMinor;
  booking.priceVersion = outcome.priceVersion ?? null;
  booking.refundMinor += outcome.refundMinor;
  booking.issue += 1;
  countPassedOver(world.state.line, outcome.passedOver);
}

export function applyCheckedIn(world: World, outcome: TicketCheckedIn): void {
  const { ticket, at, by } = outcome;
  const booking = bookingIn(world, outcome);
  booking.checkIns = [...booking.checkIns, { ticket, at, by }];
}

function releaseHold(
  world: World,
  { bookingId }: HoldExpired | BookingCancelled,
  status: "expired" | "cancelled",
  refundMinor: number,
): void {
  const { state, bookings } = world;
  const { id, userId, tier, quantity, seats, unitPriceMinor, priceVersion, promoCode } = takeHold(
    state,
    bookingId,
  );
  unhold(state, { tier, quantity, seats });
  addTickets(world, userId, -quantity);
  countUse(state, promoCode, -1);
  const left = { id, userId, tier, quantity, seats, unitPriceMinor, priceVersion, promoCode };
  bookings.set(id, { ...left, status, refundMinor, paymentId: null, issue: 1, checkIns: [] });
}

function bookingIn({ bookings }: World, { bookingId }: { readonly bookingId: Booking["id"] }): Booking {
  const booking = bookings.get(bookingId);
  if (booking === undefined) throw new Error(`invariant: no booking ${bookingId}`);
  return booking;
}
