import type { Seating } from "../domain/seating.ts";
import type { BookingView, EventView } from "../domain/views.ts";
import { renderCalendar } from "./calendar.ts";
import type { KeyRing } from "./key-ring.ts";
import type { Printer } from "./printer.ts";
import { sheetOf } from "./sheet.ts";
import { ticketsOf } from "./tickets.ts";

/** What somebody is sent who has tickets now. */
export interface TicketDocuments {
  /** Null where the booking has no tickets: it never was, or is not confirmed (any more). */
  documentsOf(
    bookingId: string,
  ): Promise<{ readonly pdf: Buffer; readonly ics: string; readonly fileName: string } | null>;
}

export interface DocumentPorts {
  readonly reads: {
    booking(id: string): Promise<BookingView | null>;
    event(id: string): Promise<EventView | null>;
    seating(eventId: string): Promise<Seating | null>;
    nameOf(userId: string): Promise<string | null>;
  };
  readonly keys: Pick<KeyRing, "signer">;
  readonly printer: Pick<Printer, "print">;
}

/** @throws Fault where a port does. */
export function createTicketDocuments({ reads, keys, printer }: DocumentPorts): TicketDocuments {
  return {
    documentsOf: async (bookingId) => {
      const booking = await reads.booking(bookingId);
      if (booking?.status !== "confirmed") return null;
      const [event, seating, holder, key] = await Promise.all([
        reads.event(booking.eventId),
        booking.seats === null ? null : reads.seating(booking.eventId),
        reads.nameOf(booking.userId),
        keys.signer(),
      ]);
      if (event === null) throw new Error(`invariant: booking ${bookingId} has no event`);
      const tickets = ticketsOf(booking, seating, key);
      const sheet = sheetOf({ booking, event, holder: holder ?? "", tickets });
      return {
        pdf: await printer.print({ type: "pdf", sheet }),
        ics: renderCalendar(booking, event),
        fileName: pdfNameOf(booking),
      };
    },
  };
}

/** Of the booking's tickets as a file, such as `tickets-EVT….pdf`. */
export function pdfNameOf({ reference, id }: Pick<BookingView, "reference" | "id">): string {
  return `tickets-${reference ?? id}.pdf`;
}
