import ical, { ICalCalendarMethod, ICalEventStatus } from "ical-generator";
import type { BookingView, EventView } from "../domain/views.ts";
import { whereOf } from "./sheet.ts";

const PRODUCT = { company: "Evently", product: "Tickets", language: "EN" };
/** Of RFC 2606 §2, where no mail ever arrives: RFC 5546 §3.2.1 wants an organizer, who is nobody to be written to. */
const ORGANIZER_EMAIL = "organizer@evently.invalid";

/** An event as an entry of its visitor's calendar, RFC 5545, to be published (RFC 5546 §3.2.1). */
export function renderCalendar(booking: BookingView, event: EventView): string {
  const calendar = ical({ prodId: PRODUCT, method: ICalCalendarMethod.PUBLISH });
  const changedAt = new Date(Math.max(booking.updatedAt, event.updatedAt));
  calendar.createEvent({
    // Of the booking, which is of one event: the same entry for whoever has it, whatever is changed (RFC 7986 §5.3).
    id: booking.id,
    // Both only rise, so whatever changed, the entry is newer than the one before.
    sequence: event.version - 1 + booking.issue - 1,
    stamp: changedAt,
    lastModified: changedAt,
    start: new Date(event.startsAt),
    end: event.endsAt === null ? null : new Date(event.endsAt),
    summary: seen(event.name),
    location: seen(whereOf(event).join(", ")),
    description: seen(`Booking ${booking.reference ?? booking.id}, ${ticketsText(booking)}`),
    organizer: { name: "Evently", email: ORGANIZER_EMAIL },
    status: event.status === "cancelled" ? ICalEventStatus.CANCELLED : ICalEventStatus.CONFIRMED,
  });
  return calendar.toString();
}

function ticketsText({ quantity, tier }: BookingView): string {
  const tickets = quantity === 1 ? "1 ticket" : `${quantity} tickets`;
  return tier === null ? tickets : `${tickets}, ${tier}`;
}

/** RFC 5545 §3.1 allows no controls in a text; a line break in a name would begin a line of its own. */
function seen(text: string): string {
  return text.replaceAll(/[\p{Cc}\p{Zl}\p{Zp}]+/gu, " ");
}
