import { z } from "zod";
import { error } from "../openapi/components/error.ts";
import { eventFields } from "../openapi/components/event.ts";
import {
  amount,
  bookingReference,
  count,
  currency,
  named,
  time,
  uuid,
} from "../openapi/components/scalars.ts";

/** What the server pushes, by its name. */
export interface DocumentedPush {
  readonly summary: string;
  readonly payload: z.ZodType;
}

const ofBooking = {
  booking_id: uuid,
  event_id: uuid,
  quantity: z
    .int()
    .min(1)
    .meta({ examples: [2] }),
  currency,
  seq: count.meta({ description: "The decision's number in the event's ledger" }),
  decided_at: time,
};
const tickets = { booking_reference: bookingReference, tier: named("General").nullable() };
const priced = { ...tickets, total_amount: amount };

/** What a program can act on, as it stands in the reply of the HTTP API to the same refusal. */
const { success: _, error: __, details: ___, timestamp: ____, request_id: _____, ...facts } = error.shape;

const ofRange = {
  event_id: uuid,
  from_seq: count.meta({ description: "The first decision that this tells of" }),
  seq: count.meta({ description: "The last one" }),
};

const figures = {
  event_id: uuid,
  available_seats: count,
  total_capacity: count,
  tiers: z.array(z.strictObject({ tier: named("General"), available: count, price: amount })),
  seq: count,
};

/** The figures of an event, also the answer to `subscribe`. */
export const availability = z.strictObject(figures);

const CHANGES = [
  "changed",
  "cancelled",
  "sale_opened",
  "sale_closed",
  "sale_paused",
  "sale_resumed",
  "completed",
] as const;

/** Something that a person is told, from the list of their notifications. */
const told = z.strictObject({
  id: uuid,
  type: named("system_alert"),
  title: z.string(),
  message: z.string(),
  event_id: uuid.nullable(),
  seq: count.nullable(),
  data: z.record(z.string(), z.unknown()).meta({ examples: [{}] }),
  created_at: time,
});

/** To the person whom it concerns. */
const BOOKING_PUSHES: Readonly<Record<string, DocumentedPush>> = {
  booking_pending: {
    summary: "Tickets are held for you until expires_at",
    payload: z.strictObject({ ...ofBooking, status: z.literal("pending"), ...priced, expires_at: time }),
  },
  booking_confirmed: {
    summary: "Tickets are yours: booked, paid, or handed over to you",
    payload: z.strictObject({
      ...ofBooking,
      status: z.literal("confirmed"),
      booking_reference: bookingReference,
      tier: named("General").nullable().optional(),
      total_amount: amount.optional(),
    }),
  },
  booking_rejected: {
    summary: "There were no such tickets",
    payload: z.strictObject({
      ...ofBooking,
      ...facts,
      status: z.literal("rejected"),
      booking_reference: z.null(),
    }),
  },
  booking_waitlisted: {
    summary: "The event is full, and you wait",
    payload: z.strictObject({
      ...ofBooking,
      booking_id: z.null(),
      status: z.literal("waitlisted"),
      waitlist_id: uuid,
    }),
  },
  booking_cancelled: {
    summary: "A booking, or a part of it, is cancelled",
    payload: z.strictObject({
      ...ofBooking,
      status: z.enum(["cancelled", "confirmed"]),
      booking_reference: bookingReference.nullable(),
      tier: named("General").nullable().optional(),
      refund_amount: amount,
    }),
  },
  booking_expired: {
    summary: "A hold was not paid in time",
    payload: z.strictObject({ ...ofBooking, status: z.literal("expired"), ...tickets }),
  },
  waitlist_promoted: {
    summary: "It is your turn: tickets are held for you until expires_at",
    payload: z.strictObject({
      ...ofBooking,
      status: z.literal("pending"),
      waitlist_id: uuid,
      ...priced,
      expires_at: time,
    }),
  },
};

/** To everybody who follows an event. */
const EVENT_PUSHES: Readonly<Record<string, DocumentedPush>> = {
  availability_update: {
    summary: "What is left; only the latest figures are kept for slow readers",
    payload: z.strictObject({ ...figures, from_seq: count }),
  },
  seat_update: {
    summary: "Seats that changed; with `resync` read the map again",
    payload: z.strictObject({
      ...ofRange,
      available_seats: count,
      resync: z.literal(true).optional(),
      seats: z.array(
        z.strictObject({ seat_id: uuid, status: z.enum(["available", "held", "booked", "blocked"]) }),
      ),
    }),
  },
  event_update: {
    summary: "The event was changed",
    payload: z.strictObject({ ...eventFields, ...ofRange, changes: z.array(z.enum(CHANGES)).min(1) }),
  },
};

/** To one person, or to everybody who has authenticated. */
const OTHER_PUSHES: Readonly<Record<string, DocumentedPush>> = {
  notification: { summary: "Something for the list of your notifications", payload: told },
  system_alert: {
    summary: "Something that everybody should know",
    payload: z.union([told, z.looseObject({ message: z.string().optional() })]),
  },
};

/** Everything that the server pushes. */
export const PUSHES: Readonly<Record<string, DocumentedPush>> = {
  ...BOOKING_PUSHES,
  ...EVENT_PUSHES,
  ...OTHER_PUSHES,
};
