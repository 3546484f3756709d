import type { CheckInTicket } from "../command.ts";
import type { Decision } from "../outcome.ts";
import type { RefusalFacts } from "../refusal.ts";
import type { Booking, World } from "../state.ts";
import { type CheckIn, ticketNumbersOf } from "../ticket.ts";
import { refuse } from "./refuse.ts";

/** Lets a ticket in, once. Whoever is refused at the door has to be told why, so each way of being wrong has its word. */
export function checkInTicket({ state, bookings }: World, command: CheckInTicket, now: number): Decision {
  const { bookingId, ticket, issue, by } = command;
  if (state.status === "cancelled") return refuse("EventCancelled");
  if (state.status === "completed") return refuse("EventOver");
  if (state.holds.has(bookingId)) return refuse("NotConfirmed");
  const booking = bookings.get(bookingId);
  if (booking === undefined) return refuse("BookingNotFound");
  if (booking.status === "expired") return refuse("BookingExpired");
  if (booking.status === "cancelled") {
    return refuse("AlreadyCancelled", { refundMinor: booking.refundMinor, quantity: booking.quantity });
  }
  if (booking.issue !== issue) return refuse("TicketReplaced");
  if (!ticketNumbersOf(booking).includes(ticket)) return refuse("TicketNotOfBooking");
  const used = usedOf(booking, [ticket]);
  if (used !== undefined) return refuse("TicketUsed", factsOfUse(booking, used));
  return [{ type: "TicketCheckedIn", bookingId, userId: booking.userId, ticket, at: now, by }];
}

/** Of a booking's tickets, or of these among them, one that was used: it is not given back, handed on or exchanged. */
export function usedOf({ checkIns }: Booking, tickets?: readonly number[]): CheckIn | undefined {
  return checkIns.find(({ ticket }) => tickets === undefined || tickets.includes(ticket));
}

/** What is told of a ticket that was used, whatever it was that cannot be done with it any more. */
export function factsOfUse({ id: bookingId }: Booking, { ticket, at, by }: CheckIn): RefusalFacts {
  return { ticket: { bookingId, number: ticket }, checkedInAt: at, checkedInBy: by };
}
