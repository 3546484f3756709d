import { z } from "zod";
import { STATUS_OF } from "../../errors.ts";
import { priceReceipt } from "./pricing.ts";
import { amount, bookingReference, count, currency, named, time, uuid } from "./scalars.ts";

const bookedSeat = z
  .strictObject({
    id: uuid,
    section: named("Stalls"),
    row: named("A"),
    seat_number: z.union([z.int(), z.string()]).meta({ examples: ["12"] }),
    price: amount.nullable(),
  })
  .meta({ id: "BookedSeat" });

const line = {
  position: z
    .int()
    .min(0)
    .nullable()
    .meta({ description: "Place in line", examples: [12] }),
  estimated_wait_ms: z
    .int()
    .min(0)
    .nullable()
    .meta({ description: "Null where the event has no pace yet", examples: [240] }),
};

export const bookingFields = {
  id: uuid,
  booking_id: uuid.meta({ description: "The same as id" }),
  booking_reference: bookingReference.nullable(),
  booking_code: bookingReference.nullable().meta({ description: "The same as booking_reference" }),
  user_id: uuid,
  event_id: uuid,
  quantity: z
    .int()
    .min(1)
    .max(100)
    .meta({ examples: [2] }),
  tier: named("General").nullable(),
  seats: z.array(bookedSeat),
  price: amount.nullable().meta({ description: "Of one ticket" }),
  price_version: z
    .int()
    .nullable()
    .meta({
      description: "Which price of its tier that is; null: the one the tier began with",
      examples: [null],
    }),
  price_receipt: priceReceipt.nullable().optional().meta({
    description: "In the reply about one booking that was asked for; null where the price is not on record",
  }),
  total_amount: amount.nullable().meta({ examples: [99] }),
  refund_amount: amount.nullable().meta({ examples: [0] }),
  refunded_amount: amount.nullable().meta({ description: "The same as refund_amount", examples: [0] }),
  refund_status: z
    .enum(["processing", "refunded", "failed"])
    .nullable()
    .meta({ examples: [null] }),
  currency,
  promo_code: named("EARLY10").nullable(),
  status: z
    .enum(["confirmed", "queued", "pending", "cancelled", "expired", "rejected", "waitlisted"])
    .meta({ description: "queued → confirmed | pending | rejected | waitlisted | cancelled" }),
  expires_at: time
    .nullable()
    .meta({ description: "Until when it is held; only while pending", examples: [null] }),
  waitlist_id: uuid.nullable().meta({ examples: [null] }),
  replaces: uuid
    .nullable()
    .meta({ description: "The lapsed booking whose late payment bought these tickets", examples: [null] }),
  rejection_reason: named("The event is sold out").optional(),
  rejection_code: z
    .enum(Object.keys(STATUS_OF) as [string, ...string[]])
    .optional()
    .meta({ examples: ["EVENT_SOLD_OUT"] }),
  rejection_details: z
    .record(z.string(), z.unknown())
    .optional()
    .meta({ examples: [{}] }),
  position: line.position.optional(),
  estimated_wait_ms: line.estimated_wait_ms.optional(),
  created_at: time,
  updated_at: time,
  event: z.strictObject({
    id: uuid,
    name: named("An Evening of Jazz"),
    venue: named("Madison Square Garden"),
    event_date: time,
    start_time: time,
  }),
  event_name: named("An Evening of Jazz"),
  venue: named("Madison Square Garden"),
  event_date: time,
};

export const booking = z
  .strictObject(bookingFields)
  .meta({ id: "Booking", description: "A booking, or a request that did not become one" });

const paymentUrl = z
  .string()
  .nullable()
  .meta({ description: "Where it is paid; null where nothing is due", examples: [null] });

/** The fields of a reply about one booking: flat, once more as `booking`, and where it is paid. */
export const bookingReplyFields = { ...bookingFields, booking, payment_url: paymentUrl };

export const bookingReply = z
  .strictObject(bookingReplyFields)
  .meta({ id: "BookingReply", description: "A booking flat, and the same once more as `booking`" });

const queuedFields = {
  id: uuid,
  booking_id: uuid,
  event_id: uuid,
  status: z.literal("queued"),
  position: line.position.optional(),
  estimated_wait_ms: line.estimated_wait_ms.optional(),
};
const queued = z
  .strictObject(queuedFields)
  .meta({ id: "QueuedBooking", description: "Asked for, not yet decided" });

const waitlistedFields = {
  id: uuid,
  booking_id: uuid,
  waitlist_id: uuid,
  event_id: uuid,
  user_id: uuid,
  quantity: z.int().min(1),
  status: z.literal("waitlisted"),
  position: z.int().min(1).nullable(),
  estimated_wait_time: z.number().nullable().meta({ description: "Hours" }),
  estimatedWaitTime: z.number().nullable().meta({ description: "The same as estimated_wait_time" }),
};
const waitlisted = z
  .strictObject(waitlistedFields)
  .meta({ id: "WaitlistedBooking", description: "The event is full; the buyer waits for tickets" });

/** `data` of 202 to POST /bookings. */
export const bookingAccepted = z.union([
  z
    .strictObject({ ...queuedFields, booking: queued, payment_url: z.null() })
    .meta({ id: "QueuedBookingReply" }),
  z
    .strictObject({ ...waitlistedFields, booking: waitlisted, payment_url: z.null() })
    .meta({ id: "WaitlistedBookingReply" }),
]);

const underWayFields = { id: uuid, booking_id: uuid, status: bookingFields.status };
const underWay = z.strictObject(underWayFields).meta({ id: "BookingUnderWay" });

/** `data` of 202 to a command about a booking. */
export const bookingUnderWay = z
  .strictObject({ ...underWayFields, booking: underWay })
  .meta({ id: "BookingUnderWayReply", description: "The request is accepted and not decided yet" });

export const cancelledFacts = {
  booking_reference: bookingReference.nullable(),
  refund_amount: amount,
  refunded_amount: amount,
  booking_code: bookingFields.booking_code,
  refund_status: bookingFields.refund_status,
  seats_returned: count,
  cancelled_quantity: count,
  cancelled_seat_ids: z.array(uuid),
};
