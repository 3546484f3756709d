import { z } from "zod";
import { BOOKING_NAMES, bookingListQuery, bookTicketsBody } from "../schemas/bookings.ts";
import { pageFields } from "../schemas/lists.ts";
import { booking, bookingAccepted, bookingReply } from "./components/booking.ts";
import { pageBeside } from "./components/list.ts";
import { bookingId, bookingReference, eventId, userId } from "./components/scalars.ts";
import type { DocumentedReply, Operation } from "./operation.ts";

const tag = "Bookings";
const ID = "0197c1a4-7c00-7000-8000-5f0000000001";

const byId = z.object({ id: bookingId });
const listQuery = bookingListQuery.extend(pageFields);

const LIST: DocumentedReply = {
  description: "A page of bookings, newest first",
  data: z.array(booking),
  beside: pageBeside,
  headers: ["Link"],
};

const ONE: DocumentedReply = {
  description: "The booking; while it is queued with Retry-After",
  data: bookingReply,
  headers: ["Retry-After"],
};

/** Reading bookings, and making them. */
export const BOOKING_OPERATIONS: readonly Operation[] = [
  {
    method: "POST",
    path: "/bookings",
    operationId: "bookTickets",
    tag,
    summary: "Book tickets",
    description:
      "By number (with `tier`, `section`, `best_available`) or by `seat_ids`. Without `quantity` and `seat_ids`: 400. " +
      "Send an Idempotency-Key: a retry is then answered like the first request.",
    body: {
      name: "BookTickets",
      schema: bookTicketsBody,
      otherNames: BOOKING_NAMES,
      examples: [
        { event_id: ID, quantity: 2 },
        { event_id: ID, quantity: 2, tier: "General", expected_total_amount: 99, waitlist_if_full: true },
        { event_id: ID, seat_ids: [ID] },
      ],
    },
    headers: ["Idempotency-Key", "Prefer"],
    replies: {
      201: {
        description: "Confirmed, or `pending`: held until it is paid",
        data: bookingReply,
        headers: ["Location", "Idempotency-Replayed", "Preference-Applied"],
      },
      202: {
        description: "`queued`: not decided within the wait; or `waitlisted`: the event is full",
        data: bookingAccepted,
        headers: ["Location", "Retry-After", "Idempotency-Replayed", "Preference-Applied"],
      },
    },
    errors: [
      "AUTH_UNAUTHORIZED",
      "EVENT_NOT_FOUND",
      "EVENT_SOLD_OUT",
      "BOOKING_SEATS_UNAVAILABLE",
      "EVENT_NOT_ON_SALE",
      "BOOKING_LIMIT_EXCEEDED",
      "BOOKING_STATE_CONFLICT",
      "PRICE_CHANGED",
      "PROMO_CODE_INVALID",
      "PROMO_CODE_USED_UP",
      "WAITLIST_ALREADY_JOINED",
    ],
  },
  {
    method: "GET",
    path: "/bookings",
    operationId: "listOwnBookings",
    tag,
    summary: "One's own bookings",
    query: listQuery,
    replies: { 200: LIST },
    errors: [],
  },
  {
    method: "GET",
    path: "/users/bookings",
    operationId: "listBookingsOfCaller",
    tag,
    summary: "One's own bookings, by their other address",
    query: listQuery,
    replies: { 200: LIST },
    errors: [],
  },
  {
    method: "GET",
    path: "/bookings/user/:userId",
    operationId: "listBookingsOfUser",
    tag,
    summary: "A user's bookings: one's own, or anybody's for an admin",
    params: z.object({ userId }),
    query: listQuery,
    replies: { 200: LIST },
    errors: ["AUTH_UNAUTHORIZED"],
  },
  {
    method: "GET",
    path: "/events/:id/bookings",
    operationId: "listBookingsOfEvent",
    tag,
    summary: "All bookings of an event, for its organizer",
    params: z.object({ id: eventId }),
    query: listQuery,
    replies: { 200: LIST },
    errors: ["EVENT_NOT_FOUND"],
  },
  {
    method: "GET",
    path: "/bookings/reference/:reference",
    operationId: "getBookingByReference",
    tag,
    summary: "One booking by its reference",
    params: z.object({ reference: bookingReference }),
    replies: { 200: ONE },
    errors: ["BOOKING_NOT_FOUND"],
  },
  {
    method: "GET",
    path: "/bookings/:id",
    operationId: "getBooking",
    tag,
    summary: "One booking",
    params: byId,
    replies: { 200: ONE },
    errors: ["BOOKING_NOT_FOUND"],
  },
];
