import { z } from "zod";
import {
  CANCEL_NAMES,
  cancelBody,
  EXCHANGE_NAMES,
  exchangeBody,
  TRANSFER_NAMES,
  transferBody,
} from "../schemas/bookings.ts";
import { bookingReplyFields, bookingUnderWay, cancelledFacts } from "./components/booking.ts";
import { amount, bookingId, bookingReference, named, uuid } from "./components/scalars.ts";
import type { DocumentedReply, Operation } from "./operation.ts";

const tag = "Bookings";
const ID = "0197c1a4-7c00-7000-8000-5f0000000001";

const byId = z.object({ id: bookingId });

export const UNDER_WAY: DocumentedReply = {
  description: "Accepted and not decided yet; look at the booking again",
  data: bookingUnderWay,
  headers: ["Retry-After", "Idempotency-Replayed"],
};

const cancelled: DocumentedReply = {
  description: "Cancelled; again with the same figures",
  data: z.strictObject({ ...bookingReplyFields, ...cancelledFacts }).meta({ id: "CancelledBooking" }),
  beside: cancelledFacts,
  headers: ["Idempotency-Replayed"],
};

const CHANGE_ERRORS = ["BOOKING_NOT_FOUND", "BOOKING_STATE_CONFLICT", "TICKET_ALREADY_USED"] as const;

/** What the owner of a booking does with it. */
export const BOOKING_CHANGE_OPERATIONS: readonly Operation[] = [
  {
    method: "PUT",
    path: "/bookings/:id/cancel",
    operationId: "cancelBooking",
    tag,
    summary: "Cancel a booking or a part of it",
    description: "A part by `seat_ids`, or by `quantity` with an Idempotency-Key.",
    params: byId,
    body: {
      name: "CancelBooking",
      schema: cancelBody,
      otherNames: CANCEL_NAMES,
      examples: [{}, { seat_ids: [ID] }],
      required: false,
    },
    headers: ["Idempotency-Key"],
    replies: { 200: cancelled, 202: UNDER_WAY },
    errors: CHANGE_ERRORS,
  },
  {
    method: "DELETE",
    path: "/bookings/:id",
    operationId: "deleteBooking",
    tag,
    summary: "Cancel a whole booking, or decline an offer",
    params: byId,
    refusesBody: true,
    headers: ["Idempotency-Key"],
    replies: { 200: cancelled, 202: UNDER_WAY },
    errors: CHANGE_ERRORS,
  },
  {
    method: "POST",
    path: "/bookings/:id/transfer",
    operationId: "transferBooking",
    tag,
    summary: "Hand a booking to somebody else",
    params: byId,
    body: {
      name: "TransferBooking",
      schema: transferBody,
      otherNames: TRANSFER_NAMES,
      examples: [{ to_email: "grace@example.com" }, { to_user_id: ID }],
    },
    headers: ["Idempotency-Key"],
    replies: {
      200: {
        description: "Handed over; it is somebody else's now",
        data: z.strictObject({
          id: uuid,
          booking_id: uuid,
          booking_reference: bookingReference.nullable(),
          booking_code: bookingReference.nullable(),
          event_id: uuid,
          quantity: z.int().min(1),
          transferred: z.literal(true),
          to_user_id: uuid.optional(),
          to_email: named("grace@example.com").optional(),
        }),
        headers: ["Idempotency-Replayed"],
      },
      202: UNDER_WAY,
    },
    errors: [...CHANGE_ERRORS, "AUTH_UNAUTHORIZED", "USER_NOT_FOUND", "BOOKING_LIMIT_EXCEEDED"],
  },
  {
    method: "POST",
    path: "/bookings/:id/exchange",
    operationId: "exchangeTickets",
    tag,
    summary: "Exchange the tickets of a booking for others",
    params: byId,
    body: {
      name: "ExchangeTickets",
      schema: exchangeBody,
      otherNames: EXCHANGE_NAMES,
      examples: [{ seat_ids: [ID] }, { tier: "General" }, { best_available: true }],
    },
    headers: ["Idempotency-Key"],
    replies: {
      200: {
        description: "The booking with its new tickets",
        data: z
          .strictObject({ ...bookingReplyFields, refund_amount: amount, refunded_amount: amount })
          .meta({ id: "ExchangedBooking" }),
        beside: { refund_amount: amount },
        headers: ["Idempotency-Replayed"],
      },
      202: UNDER_WAY,
    },
    errors: [
      ...CHANGE_ERRORS,
      "AUTH_UNAUTHORIZED",
      "EVENT_NOT_ON_SALE",
      "EVENT_SOLD_OUT",
      "BOOKING_SEATS_UNAVAILABLE",
      "PRICE_CHANGED",
    ],
  },
];
