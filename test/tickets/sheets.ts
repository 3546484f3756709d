import { encodeTicket } from "../../src/tickets/code.ts";
import type { TicketSheet } from "../../src/tickets/sheet.ts";
import { CLAIM, keyOfTheRfc } from "./claims.ts";

/** So many tickets of a booking, seats beside each other. */
export function sheetWith(quantity: number, fields: Partial<TicketSheet> = {}): TicketSheet {
  const key = keyOfTheRfc();
  return {
    eventName: "Night Concert",
    where: ["City Hall", "1 Main Street", "12345 Springfield"],
    startsAt: Date.UTC(2030, 4, 1, 19, 0),
    endsAt: null,
    isCancelled: false,
    reference: "EVT20300401ABCDEFGHJKMN",
    holder: "Jo Buyer",
    quantity,
    tickets: Array.from({ length: quantity }, (_, at) => {
      const place = `Stalls, row A, seat ${at + 1}`;
      const code = encodeTicket({ ...CLAIM, ticket: at + 1, place }, key);
      return { ticketNumber: `EVT20300401ABCDEFGHJKMN-${at + 1}`, place, tier: "Premium", code };
    }),
    ...fields,
  };
}
