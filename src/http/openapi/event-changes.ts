import { z } from "zod";
import { createEventBody, EVENT_NAMES, updateEventBody } from "../schemas/events.ts";
import { cancellation, event, eventFields } from "./components/event.ts";
import { amount, count, eventId } from "./components/scalars.ts";
import type { DocumentedReply, Operation } from "./operation.ts";

const tag = "Events";

const byId = z.object({ id: eventId });

export const EVENT_UNDER_WAY: DocumentedReply = {
  description: "Accepted and not decided yet; the event as it is so far",
  data: event,
  headers: ["Retry-After", "Idempotency-Replayed"],
};

const refunds = { refunds_processed: count, total_refund_amount: amount };
const cancelledEvent = z.strictObject({ ...eventFields, ...refunds }).meta({ id: "CancelledEvent" });

const createBody = {
  name: "CreateEvent",
  schema: createEventBody,
  otherNames: EVENT_NAMES,
  examples: [
    {
      name: "An Evening of Jazz",
      venue: "Madison Square Garden",
      event_date: "2030-05-01T19:00:00Z",
      total_capacity: 500,
      price: 49.5,
    },
    {
      name: "A Seated Evening",
      venue: "The Old Theatre",
      event_date: "2030-05-02T19:00:00Z",
      seat_configuration: { sections: [{ name: "Stalls", rows: ["A", "B"], seats_per_row: 12, price: 80 }] },
    },
  ],
};

const updateBody = {
  name: "UpdateEvent",
  schema: updateEventBody,
  otherNames: EVENT_NAMES,
  examples: [{ name: "An Evening of Jazz and Blues", end_time: "2030-05-01T23:00:00Z" }, { price: 59 }],
};

/** The paths that both documents have for the same. */
const BASES = [
  { base: "/events", suffix: "", words: "" },
  { base: "/admin/events", suffix: "AsAdmin", words: " (the same at its other address)" },
] as const;

/** Creating, changing and cancelling events. */
export const EVENT_CHANGE_OPERATIONS: readonly Operation[] = BASES.flatMap(
  ({ base, suffix, words }): Operation[] => [
    {
      method: "POST",
      path: base,
      operationId: `createEvent${suffix}`,
      tag,
      summary: `Create an event${words}`,
      body: createBody,
      headers: ["Idempotency-Key"],
      replies: {
        201: {
          description: "The new event",
          data: event,
          headers: ["Location", "ETag", "Idempotency-Replayed"],
        },
      },
      errors: ["VENUE_NOT_FOUND"],
    },
    change("PUT", `updateEvent${suffix}`, { base, words }),
    change("PATCH", `patchEvent${suffix}`, { base, words }),
    {
      method: "DELETE",
      path: `${base}/:id`,
      operationId: `cancelEvent${suffix}`,
      tag,
      summary: `Cancel an event with all its bookings${words}`,
      params: byId,
      refusesBody: true,
      headers: ["Idempotency-Key"],
      replies: {
        200: {
          description: "Cancelled, and all bookings with it; again with the same figures",
          data: cancelledEvent,
          beside: { ...refunds, cancellation: cancellation.nullable() },
          headers: ["Idempotency-Replayed"],
        },
        202: {
          description: "Cancelled, bookings follow; or not decided yet",
          data: z.union([cancelledEvent, event]),
          beside: {
            refunds_processed: count.optional(),
            total_refund_amount: amount.optional(),
            cancellation: cancellation.nullable().optional(),
          },
          headers: ["Retry-After", "Idempotency-Replayed"],
        },
      },
      errors: ["EVENT_NOT_FOUND", "EVENT_STATE_CONFLICT"],
    },
  ],
);

function change(
  method: "PUT" | "PATCH",
  operationId: string,
  { base, words }: { readonly base: string; readonly words: string },
): Operation {
  return {
    method,
    path: `${base}/:id`,
    operationId,
    tag,
    summary: `Change an event; what is left out stays${words}`,
    params: byId,
    body: updateBody,
    headers: ["Idempotency-Key", "If-Match"],
    replies: {
      200: { description: "The event as it is now", data: event, headers: ["ETag", "Idempotency-Replayed"] },
      202: EVENT_UNDER_WAY,
    },
    errors: [
      "EVENT_NOT_FOUND",
      "VENUE_NOT_FOUND",
      "EVENT_NOT_ON_SALE",
      "EVENT_STATE_CONFLICT",
      "CAPACITY_BELOW_SOLD",
      "BOOKING_SEATS_UNAVAILABLE",
      "PRECONDITION_FAILED",
    ],
  };
}
