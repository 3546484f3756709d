import { z } from "zod";
import { CHECK_IN_NAMES, checkInBody, ticketsQuery } from "../schemas/tickets.ts";
import { bookingId, count, eventId, time } from "./components/scalars.ts";
import { checkIn, checkIns, checkInUnderWay, jwkSet, tickets } from "./components/ticket.ts";
import type { Operation } from "./operation.ts";

const tag = "Tickets";

export const TICKET_OPERATIONS: readonly Operation[] = [
  {
    method: "GET",
    path: "/bookings/:id/tickets",
    operationId: "getTickets",
    tag,
    summary: "The tickets of a confirmed booking, as JSON, PDF, QR code or calendar entry",
    description:
      "For the booking's owner, the event's organizer and admins. `format`, or else `Accept`, says how: `json`, `pdf` " +
      "(a page each), `qr` (one, PNG or SVG; needs `ticket`) or `ics`. `ticket` leaves the others out.",
    params: z.object({ id: bookingId }),
    query: ticketsQuery,
    replies: {
      200: {
        description: "The tickets",
        content: {
          "application/json": z.strictObject({
            success: z.literal(true),
            data: tickets,
            count,
            timestamp: time,
          }),
          "application/pdf": z.string(),
          "image/png": z.string(),
          "image/svg+xml": z.string(),
          "text/calendar": z.string(),
        },
      },
    },
    errors: ["BOOKING_NOT_FOUND", "TICKET_NOT_FOUND", "NOT_ACCEPTABLE", "BOOKING_STATE_CONFLICT"],
  },
  {
    method: "GET",
    path: "/tickets/keys",
    operationId: "getTicketKeys",
    tag,
    summary: "The public keys that ticket codes are verified with, newest first",
    description: "A JWK set (RFC 7517) of Ed25519 keys (RFC 8037), for scanners without a network.",
    replies: {
      200: { description: "The keys", content: { "application/jwk-set+json": jwkSet } },
    },
    errors: [],
  },
  {
    method: "POST",
    path: "/tickets/check-in",
    operationId: "checkInTicket",
    tag,
    summary: "Let a ticket in, once",
    description:
      "For the event's organizer and admins. With `event_id` the ticket has to be for that event. Refused at the door: " +
      "409 with a `reason`, and when and by whom where the ticket was used.",
    body: {
      name: "CheckInTicket",
      schema: checkInBody,
      otherNames: CHECK_IN_NAMES,
      examples: [{ code: "EVT1.SD5MV7QBS7Z2EXAAPVHIUEJLHRGV433QAGL7HITNCFYADD7CAAAAAKU4JMAAAAAM" }],
    },
    headers: ["Idempotency-Key"],
    replies: {
      200: {
        description: "The ticket is valid, and used from now on",
        data: checkIn,
        headers: ["Idempotency-Replayed"],
      },
      202: {
        description: "There is no decision yet; ask again with the same key before letting anybody in",
        data: checkInUnderWay,
        headers: ["Retry-After", "Idempotency-Replayed"],
      },
    },
    errors: [
      "TICKET_CODE_INVALID",
      "EVENT_NOT_FOUND",
      "TICKET_ALREADY_USED",
      "TICKET_REPLACED",
      "TICKET_NOT_VALID",
      "TICKET_WRONG_EVENT",
    ],
  },
  {
    method: "GET",
    path: "/events/:id/check-ins",
    operationId: "countCheckIns",
    tag,
    summary: "How many tickets of an event were let in so far",
    params: z.object({ id: eventId }),
    replies: { 200: { description: "By tier and in all", data: checkIns } },
    errors: ["EVENT_NOT_FOUND"],
  },
];
