import { seatIdOf } from "../domain/seat-ids.ts";
import { type Seating, type SeatPlace, seatPlace } from "../domain/seating.ts";
import { type CheckIn, ticketNumbersOf } from "../domain/ticket.ts";
import type { BookingView } from "../domain/views.ts";
import { encodeTicket } from "./code.ts";
import type { SigningKey } from "./keys.ts";

/** A ticket as its holder gets it. */
export interface Ticket {
  readonly number: number;
  /** What is read out: the booking's reference and the ticket's number. */
  readonly ticketNumber: string;
  readonly code: string;
  readonly seat: (Omit<SeatPlace, "tier"> & { readonly id: string }) | null;
  readonly tier: string | null;
  /** Where it is for, in words. */
  readonly place: string;
  readonly checkIn: CheckIn | null;
}

type Booking = Pick<
  BookingView,
  "id" | "eventId" | "eventNumber" | "reference" | "tier" | "quantity" | "seats" | "issue" | "checkIns"
>;

/** The tickets of a confirmed booking, in the order of their numbers. @param seating its event's, where it has seats */
export function ticketsOf(booking: Booking, seating: Seating | null, key: SigningKey): readonly Ticket[] {
  return ticketNumbersOf(booking).map((number) => {
    const { tier, checkIns } = booking;
    const seat = seatOfTicket(booking, seating, number);
    const place = placeOf(seat, tier);
    const { eventId, id: bookingId, issue } = booking;
    return {
      number,
      ticketNumber: ticketNumberOf(booking, number),
      code: encodeTicket({ eventId, bookingId, ticket: number, issue, place }, key),
      seat,
      tier,
      place,
      checkIn: checkIns.find(({ ticket }) => ticket === number) ?? null,
    };
  });
}

export function ticketNumberOf({ reference, id }: Pick<Booking, "reference" | "id">, number: number): string {
  return `${reference ?? id}-${number}`;
}

/** The seat that a ticket of a booking is for; null where it is for a tier only. */
export function seatOfTicket(
  { seats, eventNumber }: Pick<Booking, "seats" | "eventNumber">,
  seating: Seating | null,
  number: number,
): Ticket["seat"] {
  if (seats === null || seating === null) return null;
  const { section, row, number: seatNumber } = seatPlace(seating, number - 1);
  return { id: seatIdOf(eventNumber, number - 1), section, row, number: seatNumber };
}

function placeOf(seat: Ticket["seat"], tier: string | null): string {
  if (seat === null) return tier ?? "";
  return `${seat.section}, row ${seat.row}, seat ${seat.number}`;
}
