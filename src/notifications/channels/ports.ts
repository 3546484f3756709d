import type { EventCard } from "../templates/particulars.ts";

/** The tickets of a booking as files. */
export interface TicketFiles {
  readonly pdf: Buffer;
  /** RFC 5545. */
  readonly ics: string;
  /** For both, with or without the ending of one of them. */
  readonly fileName: string;
}

/** What the e-mail channel asks the rest of the program for. */
export interface EmailPorts {
  /** Null where the booking has no tickets now. */
  readonly documentsOf: (bookingId: string) => Promise<TicketFiles | null>;
  /** Null where there is no such event. */
  readonly eventOf: (eventId: string) => Promise<EventCard | null>;
  /** The secret that resets a password, made from the id of the request and kept nowhere. */
  readonly resetTokenOf: (resetId: string) => string;
}
