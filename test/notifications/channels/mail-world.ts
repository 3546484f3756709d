import type { BookingView, EventView } from "../../../src/domain/views.ts";
import { EmailChannel, type EmailOptions } from "../../../src/notifications/channels/email.ts";
import type { TicketFiles } from "../../../src/notifications/channels/ports.ts";
import {
  createSmtpCarrier,
  type SmtpLimits,
  type TlsRule,
} from "../../../src/notifications/channels/smtp.ts";
import { renderCalendar } from "../../../src/tickets/calendar.ts";
import { renderPdf } from "../../../src/tickets/pdf.ts";
import { silent } from "../../support/postgres.ts";
import { sheetWith } from "../../tickets/sheets.ts";
import { BOOKING_ID, EVENT } from "./people.ts";

export const RESET_TOKEN = "01968f00-0000-7000-8000-0000000000c1.Zm9v-secret";

/** Small enough that a test of what is slow is not slow. */
export const LIMITS: SmtpLimits = {
  connectionsMax: 2,
  connectMsMax: 1_000,
  silenceMsMax: 2_000,
  deliveryMsMax: 3_000,
};

export interface CarrierOptions {
  readonly port: number;
  readonly login?: string;
  readonly scheme?: "smtp" | "smtps";
  readonly host?: string;
  readonly tls?: TlsRule;
  readonly limits?: Partial<SmtpLimits>;
}

export function carrierTo(options: CarrierOptions) {
  const { port, login = "", scheme = "smtp", host = "127.0.0.1", tls = "unneeded", limits } = options;
  const url = `${scheme}://${login}${host}:${port}`;
  return createSmtpCarrier({ url, tls, limits: { ...LIMITS, ...limits } });
}

/** An e-mail channel to a server of this machine. */
export function emailTo(server: CarrierOptions, changes: Partial<EmailOptions> = {}): EmailChannel {
  return new EmailChannel({
    carrier: carrierTo(server),
    from: { name: "Evently Tickets", address: "tickets@evently.example" },
    brand: "Evently Tickets",
    publicUrl: "https://tickets.example.com",
    resetPageUrl: null,
    log: silent,
    documentsOf: async () => null,
    eventOf: async () => EVENT,
    resetTokenOf: () => RESET_TOKEN,
    ...changes,
  });
}

/** The files of a booking of two tickets, as they are made for mails. */
export async function ticketFiles(): Promise<TicketFiles> {
  const booking = { id: BOOKING_ID, reference: "EVT1", quantity: 2, tier: "Floor", issue: 1, updatedAt: 0 };
  const event = { ...EVENT, venueDetails: null, endsAt: null, version: 1, status: "active", updatedAt: 0 };
  return {
    pdf: await renderPdf(sheetWith(2), null),
    ics: renderCalendar(booking as BookingView, event as unknown as EventView),
    fileName: "tickets-EVT20300501K3AB.pdf",
  };
}
