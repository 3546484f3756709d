import { z } from "zod";
import { bookingReference, count, named, time, uuid } from "./scalars.ts";

const ticketNumber = z
  .int()
  .min(1)
  .meta({
    description: "Of a seat, its place in the event's seating plus one; else counted from 1",
    examples: [1],
  });

const ticketName = named("EVT20300501123456-1").meta({ description: "What is read out" });

const seat = z
  .strictObject({ id: uuid, section: named("Stalls"), row: named("A"), seat_number: named("12") })
  .meta({ id: "TicketSeat" });

const ticket = z
  .strictObject({
    number: ticketNumber,
    ticket_number: ticketName,
    code: named("EVT1.SD5MV7QB…").meta({ description: "What the QR code holds; whoever has it is let in" }),
    qr_url: named("/api/v1/bookings/0197c1a4-7c00-7000-8000-5f0000000001/tickets?ticket=1&format=qr"),
    pdf_url: named("/api/v1/bookings/0197c1a4-7c00-7000-8000-5f0000000001/tickets?ticket=1&format=pdf"),
    seat: seat.nullable(),
    tier: named("General").nullable(),
    holder: named("Jo Buyer"),
    checked_in_at: time.nullable().meta({ examples: [null] }),
  })
  .meta({ id: "Ticket" });

const bookingNames = {
  booking_id: uuid,
  booking_reference: bookingReference.nullable(),
  booking_code: bookingReference.nullable().meta({ description: "The same as booking_reference" }),
  event_id: uuid,
};

export const tickets = z
  .strictObject({
    ...bookingNames,
    quantity: count,
    holder: named("Jo Buyer"),
    event: z.strictObject({
      id: uuid,
      name: named("Night Concert"),
      venue: named("City Hall"),
      event_date: time,
      start_time: time,
      end_time: time.nullable(),
    }),
    tickets: z.array(ticket),
  })
  .meta({ id: "Tickets" });

const ticketNames = { ticket: ticketNumber, ticket_number: ticketName, ...bookingNames };

export const checkIn = z
  .strictObject({
    ...ticketNames,
    holder: named("Jo Buyer").nullable(),
    seat: seat.nullable(),
    tier: named("General").nullable(),
    checked_in_at: time,
    checked_in_by: uuid,
  })
  .meta({ id: "CheckIn" });

export const checkInUnderWay = z.strictObject(ticketNames).meta({ id: "CheckInUnderWay" });

const letIn = {
  checked_in: count.meta({ description: "Tickets with which somebody was let in" }),
  expected: count.meta({ description: "Tickets of confirmed bookings" }),
};

export const checkIns = z
  .strictObject({
    event_id: uuid,
    ...letIn,
    tiers: z.array(z.strictObject({ tier: named("General"), ...letIn })),
  })
  .meta({ id: "CheckIns" });

/** RFC 7517 §5 with the keys of RFC 8037 §2. */
export const jwkSet = z
  .strictObject({
    keys: z.array(
      z.strictObject({
        kty: z.literal("OKP"),
        crv: z.literal("Ed25519"),
        x: named("11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo"),
        kid: named("90facafe"),
        use: z.literal("sig"),
        alg: z.literal("EdDSA"),
      }),
    ),
  })
  .meta({ id: "TicketKeys" });
