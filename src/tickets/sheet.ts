import type { BookingView, EventView } from "../domain/views.ts";
import type { Ticket } from "./tickets.ts";

/** What is printed: plain data, so that it can be handed to another thread. */
export interface TicketSheet {
  readonly eventName: string;
  /** The venue and its address, a line each. */
  readonly where: readonly string[];
  /** Unix milliseconds, as the next. */
  readonly startsAt: number;
  readonly endsAt: number | null;
  readonly isCancelled: boolean;
  readonly reference: string;
  readonly holder: string;
  /** How many tickets the booking has. */
  readonly quantity: number;
  readonly tickets: readonly Pick<Ticket, "ticketNumber" | "place" | "tier" | "code">[];
}

export function sheetOf(facts: {
  readonly booking: BookingView;
  readonly event: EventView;
  readonly holder: string;
  readonly tickets: readonly Ticket[];
}): TicketSheet {
  const { booking, event, holder, tickets } = facts;
  return {
    eventName: event.name,
    where: whereOf(event),
    startsAt: event.startsAt,
    endsAt: event.endsAt,
    isCancelled: event.status === "cancelled",
    reference: booking.reference ?? booking.id,
    holder,
    quantity: booking.quantity,
    tickets: tickets.map(({ ticketNumber, place, tier, code }) => ({ ticketNumber, place, tier, code })),
  };
}

/** The venue, its street, its town: as much of it as is known. */
export function whereOf({ venue, venueDetails }: Pick<EventView, "venue" | "venueDetails">): string[] {
  if (venueDetails === null) return [venue];
  const { address, postalCode, city, state, country } = venueDetails;
  const town = [[postalCode, city].filter(isSaid).join(" "), state, country].filter(isSaid).join(", ");
  return [venue, address, town].filter(isSaid);
}

function isSaid(part: string | null): part is string {
  return part !== null && part !== "";
}
