import type { BookingView, EventView } from "../../domain/views.ts";
import type { Ticket } from "../../tickets/tickets.ts";
import { iso } from "./time.ts";

/** The tickets of a booking, for who may let people in with them. */
export function presentTickets(facts: {
  readonly booking: BookingView;
  readonly event: EventView;
  readonly holder: string;
  readonly tickets: readonly Ticket[];
}): Record<string, unknown> {
  const { booking, event, holder, tickets } = facts;
  const startsAt = iso(event.startsAt);
  return {
    booking_id: booking.id,
    booking_reference: booking.reference,
    booking_code: booking.reference,
    event_id: booking.eventId,
    quantity: booking.quantity,
    holder,
    event: {
      id: booking.eventId,
      name: event.name,
      venue: event.venue,
      event_date: startsAt,
      start_time: startsAt,
      end_time: iso(event.endsAt),
    },
    tickets: tickets.map((ticket) => presentTicket(ticket, booking, holder)),
  };
}

function presentTicket(ticket: Ticket, { id }: BookingView, holder: string): Record<string, unknown> {
  const { number, ticketNumber, code, tier, checkIn } = ticket;
  const url = `/api/v1/bookings/${id}/tickets?ticket=${number}`;
  return {
    number,
    ticket_number: ticketNumber,
    code,
    qr_url: `${url}&format=qr`,
    pdf_url: `${url}&format=pdf`,
    seat: presentSeat(ticket.seat),
    tier,
    holder,
    checked_in_at: checkIn === null ? null : iso(checkIn.at),
  };
}

/** A seat in the words on its ticket; null where the ticket is for a tier only. */
export function presentSeat(seat: Ticket["seat"]): Record<string, unknown> | null {
  if (seat === null) return null;
  const { id, section, row, number } = seat;
  return { id, section, row, seat_number: number };
}
