import { z } from "zod";
import { otherNamesOf } from "../names.ts";
import { uuid } from "./bookings.ts";
import { text } from "./text.ts";

/** The largest seat number plus one that a code can name. */
const TICKET_MAX = 4_294_967_295;
const CODE_LENGTH_MAX = 1_000;

export const TICKET_FORMATS = ["json", "pdf", "qr", "ics"] as const;
export type TicketFormat = (typeof TICKET_FORMATS)[number];

export const ticketsQuery = z.object({
  format: z.enum(TICKET_FORMATS).optional(),
  ticket: z.coerce.number().int().min(1).max(TICKET_MAX).optional(),
});

export const checkInBody = z.strictObject({
  code: text(CODE_LENGTH_MAX),
  event_id: uuid.optional(),
});

export const CHECK_IN_NAMES = otherNamesOf(checkInBody);
