import { z } from "zod";
import { amount, count, currency, named, time, uuid } from "./scalars.ts";

const freeJson = z.record(z.string(), z.unknown()).meta({
  description: "Free JSON of the organizer; `sections`, where it is there, is a template of seats",
  examples: [{ sections: [{ name: "Stalls", rows: ["A", "B"], seats_per_row: 12, price: 49.5 }] }],
});

const place = {
  id: uuid,
  name: named("Madison Square Garden"),
  address: named("4 Pennsylvania Plaza").nullable(),
  city: named("New York").nullable(),
  state: named("NY").nullable(),
  country: named("USA").nullable(),
  postal_code: named("10001").nullable(),
  capacity: z
    .int()
    .min(1)
    .nullable()
    .meta({ examples: [20_000] }),
};

export const venue = z
  .strictObject({
    ...place,
    layout_config: freeJson,
    created_by: uuid,
    version: z.int().min(1),
    created_at: time,
    updated_at: time,
  })
  .meta({ id: "Venue", description: "A place where events are held" });

const eventVenue = z
  .strictObject({ ...place, layout_config: freeJson.optional() })
  .meta({ id: "EventVenue", description: "The venue of an event; its layout where one event is read" });

const eventTier = z
  .strictObject({
    tier: named("General"),
    price: amount,
    capacity: count,
    available: count,
    seated: z.boolean(),
    restricted: z.boolean().meta({ description: "Open with an access code only" }),
  })
  .meta({ id: "EventTier", description: "A priced part of the capacity" });

const refundPolicy = z
  .union([
    z.enum(["full", "none"]),
    z.strictObject({
      type: z.literal("percentage"),
      steps: z.array(z.strictObject({ hours_before: z.number(), percent: z.number() })),
    }),
  ])
  .meta({ id: "RefundPolicy", description: "What of the price goes back, by the time that is left" });

export const cancellation = z
  .strictObject({ state: z.enum(["processing", "finished"]), done: count, total: count })
  .meta({ id: "Cancellation", description: "How far the bookings of a cancelled event are cancelled" });

export const eventFields = {
  id: uuid,
  name: named("An Evening of Jazz"),
  description: named("Two sets, one interval").nullable(),
  venue: named("Madison Square Garden").meta({ description: "The venue's name" }),
  venue_id: uuid.nullable(),
  venue_details: eventVenue.nullable(),
  category: named("concert").nullable(),
  event_date: time,
  start_time: time.meta({ description: "The same as event_date" }),
  end_time: time.nullable(),
  total_capacity: count,
  capacity: count.meta({ description: "The same as total_capacity" }),
  available_seats: count,
  sold_seats: count,
  price: amount.meta({ description: "The cheapest tier's, the same as min_price" }),
  min_price: amount,
  max_price: amount,
  price_tiers: z.array(eventTier),
  currency,
  status: z.enum(["active", "cancelled", "completed"]),
  phase: z.enum(["upcoming", "ongoing", "completed"]),
  sale_status: z.enum(["open", "scheduled", "paused", "closed", "sold_out"]),
  sale_starts_at: time.nullable(),
  sale_ends_at: time.nullable(),
  seated: z.boolean(),
  max_tickets_per_booking: z
    .int()
    .min(1)
    .meta({ examples: [10] }),
  max_tickets_per_user: z.int().min(1).nullable(),
  requires_payment: z.boolean(),
  hold_ttl_seconds: z
    .number()
    .min(0)
    .meta({ examples: [600] }),
  offer_ttl_seconds: z
    .number()
    .min(0)
    .meta({ examples: [900] }),
  max_holds_per_user: z
    .int()
    .min(1)
    .meta({ examples: [4] }),
  refund_policy: refundPolicy,
  cancellation: cancellation.nullable(),
  version: z.int().min(1).meta({ description: "Counts the organizer's changes" }),
  seq: count.meta({ description: "The number of the last decision in the event's ledger" }),
  created_at: time,
  updated_at: time,
};

export const event = z
  .strictObject(eventFields)
  .meta({ id: "Event", description: "An event and its sale as they are now" });

const seat = z
  .strictObject({
    id: uuid,
    seat_number: named("12"),
    price: amount,
    status: z.enum(["available", "held", "booked", "blocked"]),
  })
  .meta({ id: "Seat" });

export const seatMap = z
  .strictObject({
    event_id: uuid,
    seq: count,
    sections: z.array(
      z.strictObject({
        name: named("Stalls"),
        rows: z.array(z.strictObject({ row: named("A"), price_tier: named("Stalls"), seats: z.array(seat) })),
      }),
    ),
    summary: z.strictObject({
      total_available: count,
      by_tier: z.record(z.string(), count).meta({ examples: [{ Stalls: 2 }] }),
    }),
  })
  .meta({ id: "SeatMap", description: "Seats by section and row" });
