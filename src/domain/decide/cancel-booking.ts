import type { CancelBooking } from "../command.ts";
import type { Decision, Outcome, RefundOwed } from "../outcome.ts";
import { refundOf } from "../refund-policy.ts";
import { type Booking, type Hold, ticketsOf, type World } from "../state.ts";
import { ticketNumbersOf } from "../ticket.ts";
import { factsOfUse, usedOf } from "./check-in.ts";
import { endOf } from "./confirm-booking.ts";
import { refuse } from "./refuse.ts";

/**
 * Cancels a booking or part of it: its tickets are free again with this very decision, and what is to be paid back is
 * owed. A cancellation that comes before its own booking was decided leaves a mark which that request will find.
 */
export function cancelBooking(world: World, command: CancelBooking, now: number): Decision {
  const { bookingId } = command;
  const isPart = command.seats !== undefined || command.quantity !== undefined;
  const held = world.state.holds.get(bookingId);
  if (held !== undefined) {
    if (held.userId !== command.userId) return refuse("BookingNotFound");
    return isPart ? refuse("NotConfirmed") : cancelHold(held, command.by);
  }
  const booking = world.bookings.get(bookingId);
  if (booking === undefined) {
    if (world.rejected.has(bookingId)) return refuse("BookingRejected");
    if (world.state.withdrawn.has(bookingId)) {
      return refuse("AlreadyCancelled", { refundMinor: 0, quantity: 0 });
    }
    return isPart
      ? refuse("NotConfirmed")
      : [{ type: "BookingWithdrawn", bookingId, userId: command.userId }];
  }
  if (booking.userId !== command.userId) return refuse("BookingNotFound");
  if (booking.status === "expired") return refuse("BookingExpired");
  if (booking.status === "cancelled") {
    return refuse("AlreadyCancelled", { refundMinor: booking.refundMinor, quantity: booking.quantity });
  }
  return isPart ? cancelPart(world, booking, command, now) : cancelWhole(world, booking, command, now);
}

/** Gives a hold up, and its payment where one is under way. */
export function cancelHold(held: Hold, by: CancelBooking["by"]): Decision {
  const { payment } = held;
  // The provider may be about to capture; who cancels then gets a ticket or the money, but not neither. On a page that
  // is merely open nothing happens without the buyer, who has just said that they do not want to.
  const isCharging = payment !== null && payment.method === "token";
  if (isCharging && by !== "event") return refuse("PaymentUnderWay", { paymentId: payment.id });
  const cancelled: Outcome = {
    type: "BookingCancelled",
    ...ticketsOf(held),
    refundMinor: 0,
    by,
    wasHeld: true,
  };
  return payment === null || payment.isCancelling ? [cancelled] : [cancelled, endOf(payment.id, held)];
}

function cancelWhole(world: World, booking: Booking, command: CancelBooking, now: number): Decision {
  const used = command.by === "customer" ? usedOf(booking) : undefined;
  if (used !== undefined) return refuse("TicketUsed", factsOfUse(booking, used));
  const refundMinor = refundFor(world, booking, booking.quantity, command, now);
  return [
    {
      type: "BookingCancelled",
      ...ticketsOf(booking),
      refundMinor,
      by: command.by,
    },
    ...refundOwed(world, booking, { refundId: command.id, refundMinor, reason: "cancelled" }),
  ];
}

function cancelPart(world: World, booking: Booking, command: CancelBooking, now: number): Decision {
  const seats = command.seats ?? lastSeats(booking, command.quantity ?? 0);
  const quantity = command.seats?.length ?? command.quantity ?? 0;
  const isWithin = quantity >= 1 && quantity < booking.quantity;
  const isOwn = (seats ?? []).every(
    (seat, at) => booking.seats?.includes(seat) && seats?.indexOf(seat) === at,
  );
  if (!isWithin || !isOwn) return refuse("PartNotOfBooking", { quantity: booking.quantity });
  const used = usedOf(booking, ticketsLost(booking, quantity, seats));
  if (used !== undefined) return refuse("TicketUsed", factsOfUse(booking, used));
  const refundMinor = refundFor(world, booking, quantity, command, now);
  return [
    {
      type: "BookingReduced",
      ...ticketsOf({ ...booking, quantity, seats }),
      refundMinor,
    },
    ...refundOwed(world, booking, { refundId: command.id, refundMinor, reason: "cancelled" }),
  ];
}

/** The tickets that a booking has no longer without these seats, or without its last so many. */
function ticketsLost(booking: Booking, quantity: number, seats: readonly number[] | null): readonly number[] {
  return seats === null ? ticketNumbersOf(booking).slice(-quantity) : ticketNumbersOf({ quantity, seats });
}

/** Where only a number is given, the last seats of the booking go. */
function lastSeats({ seats }: Booking, quantity: number): readonly number[] | null {
  return seats === null ? null : seats.slice(-quantity);
}

function refundFor(
  { state }: World,
  { unitPriceMinor }: Booking,
  quantity: number,
  { by }: CancelBooking,
  now: number,
): number {
  const paidMinor = unitPriceMinor * quantity;
  // Whoever cancels before the cancellation of the whole event has come to them loses nothing by it.
  return by === "customer" && state.status !== "cancelled"
    ? refundOf(state.refundPolicy, paidMinor, { startsAt: state.startsAt, now })
    : paidMinor;
}

/** The refund that is owed to whoever paid, never more than what they paid; nothing where nobody did. */
export function refundOwed(
  { payments }: World,
  { id: bookingId, userId, paymentId }: Booking,
  { refundMinor, ...refund }: Pick<RefundOwed, "refundId" | "reason"> & { readonly refundMinor: number },
): RefundOwed[] {
  if (paymentId === null) return [];
  const payment = payments.get(paymentId);
  // Money would be lost in silence.
  if (payment === undefined) throw new Error(`invariant: no payment ${paymentId} of booking ${bookingId}`);
  const amountMinor = Math.min(refundMinor, payment.capturedMinor - payment.refundMinor);
  if (amountMinor <= 0) return [];
  return [{ type: "RefundOwed", paymentId: payment.id, bookingId, userId, amountMinor, ...refund }];
}
