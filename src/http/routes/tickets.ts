import Router, { type RouterContext } from "@koa/router";
import type { Middleware } from "koa";
import { renderCalendar } from "../../tickets/calendar.ts";
import { pdfNameOf } from "../../tickets/documents.ts";
import { jwkOf } from "../../tickets/keys.ts";
import { sheetOf } from "../../tickets/sheet.ts";
import { type Ticket, ticketsOf } from "../../tickets/tickets.ts";
import { ApiError } from "../errors.ts";
import { findBooking } from "../find-booking.ts";
import { principalOf } from "../middleware/authenticate.ts";
import { presentTickets } from "../presenters/ticket.ts";
import type { Reads } from "../reads.ts";
import { succeed } from "../reply.ts";
import { ticketsQuery } from "../schemas/tickets.ts";
import type { AppState } from "../state.ts";
import { type Wanted, wantedFormat } from "../ticket-format.ts";
import type { TicketPorts } from "../ticket-ports.ts";
import { malformed, parseQuery } from "../validate.ts";
import { type CheckInOptions, CheckInRoutes } from "./check-in.ts";

type Context = RouterContext<AppState>;
type TicketReads = Pick<
  Reads,
  "booking" | "bookingsByReference" | "event" | "eventCard" | "seating" | "nameOf"
>;
type Facts = Parameters<typeof sheetOf>[0];

export type TicketRoutesOptions = CheckInOptions & {
  readonly reads: TicketReads;
  readonly tickets: TicketPorts;
  readonly readBody: Middleware<AppState>;
};

/** Tickets over HTTP; paths are relative to the surface's base. */
export function ticketRoutes(options: TicketRoutesOptions): Router<AppState> {
  const { readBody } = options;
  const reading = new ReadTicketsRoutes(options);
  const checkIns = new CheckInRoutes(options);
  return new Router<AppState>()
    .get("/bookings/:id/tickets", (ctx) => reading.show(ctx))
    .get("/tickets/keys", (ctx) => reading.keys(ctx))
    .post("/tickets/check-in", readBody, (ctx) => checkIns.checkIn(ctx))
    .get("/events/:id/check-ins", (ctx) => checkIns.count(ctx));
}

/** The tickets of a booking in the form that is wanted, and the keys that their codes are verified with. */
class ReadTicketsRoutes {
  readonly #reads: TicketReads;
  readonly #ports: TicketPorts;

  constructor({ reads, tickets }: Pick<TicketRoutesOptions, "reads" | "tickets">) {
    this.#reads = reads;
    this.#ports = tickets;
  }

  async show(ctx: Context): Promise<void> {
    const { format, ticket } = parseQuery(ticketsQuery, ctx.query);
    const wanted = wantedFormat(ctx, format);
    if (wanted.format === "qr" && ticket === undefined) {
      throw malformed("ticket", "is required for a QR code: the number of one ticket");
    }
    const facts = await this.#factsOf(ctx, ticket);
    await this.#send(ctx, wanted, facts);
  }

  async #factsOf(ctx: Context, ticket: number | undefined): Promise<Facts> {
    const reads = this.#reads;
    const booking = await findBooking(reads, principalOf(ctx), ctx.params.id ?? "");
    if (booking.status !== "confirmed") {
      throw new ApiError(
        "BOOKING_STATE_CONFLICT",
        `The booking is ${booking.status}; only a confirmed one has tickets`,
        { extra: { status: booking.status } },
      );
    }
    const [event, seating, holder, key] = await Promise.all([
      reads.event(booking.eventId),
      booking.seats === null ? null : reads.seating(booking.eventId),
      reads.nameOf(booking.userId),
      this.#ports.keys.signer(),
    ]);
    if (event === null) throw new Error(`invariant: booking ${booking.id} has no event`);
    const all = ticketsOf(booking, seating, key);
    const tickets = ticket === undefined ? all : all.filter(({ number }) => number === ticket);
    if (tickets.length === 0) throw new ApiError("TICKET_NOT_FOUND", `The booking has no ticket ${ticket}`);
    return { booking, event, holder: holder ?? "", tickets };
  }

  async #send(ctx: Context, { format, type }: Wanted, facts: Facts): Promise<void> {
    const { printer } = this.#ports;
    switch (format) {
      case "json":
        return succeed(ctx, 200, presentTickets(facts), { count: facts.tickets.length });
      case "ics":
        return sendFile(ctx, "text/calendar; charset=utf-8", renderCalendar(facts.booking, facts.event));
      case "pdf":
        sendFile(ctx, type, await printer.print({ type: "pdf", sheet: sheetOf(facts) }));
        return ctx.set("Content-Disposition", `inline; filename="${pdfNameOf(facts.booking)}"`);
      case "qr": {
        const [{ code }] = facts.tickets as [Ticket];
        return sendFile(ctx, type, await printer.print({ type: type === "image/png" ? "png" : "svg", code }));
      }
      default:
        return format satisfies never;
    }
  }

  /** A JWK set (RFC 7517 §5), as scanners fetch it before the doors open. */
  async keys(ctx: Context): Promise<void> {
    const keys = await this.#ports.keys.all();
    ctx.set("Cache-Control", `public, max-age=${KEYS_AGE_S_MAX}`);
    sendFile(ctx, "application/jwk-set+json", JSON.stringify({ keys: keys.map(jwkOf) }));
  }
}

/** A scanner that does not know a key asks again; until then it may use what it has. */
const KEYS_AGE_S_MAX = 300;

function sendFile(ctx: Context, type: string, body: string | Buffer): void {
  ctx.status = 200;
  ctx.set("Content-Type", type);
  ctx.body = body;
}
