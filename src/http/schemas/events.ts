import { z } from "zod";
import { otherNamesOf } from "../names.ts";
import { uuid } from "./bookings.ts";
import { pageFields } from "./lists.ts";
import { saleRuleFields } from "./sale.ts";
import { seatConfiguration } from "./seating.ts";
import { text } from "./text.ts";
import { capacity, changedTiers, newTiers, price } from "./tiers.ts";
import { dayOrTime, time } from "./times.ts";

const name = text(200);
const description = text(5_000).nullable();
const venue = text(200);
const category = text(60).nullable();

export const createEventBody = z.strictObject({
  name,
  description: description.optional(),
  venue: venue.optional(),
  venue_id: uuid.nullish(),
  category: category.optional(),
  event_date: time,
  end_time: time.nullable().optional(),
  sale_starts_at: time.nullable().optional(),
  sale_ends_at: time.nullable().optional(),
  total_capacity: capacity.optional(),
  price: price.optional(),
  price_tiers: newTiers.optional(),
  seat_configuration: seatConfiguration.optional(),
  currency: z
    .string()
    .regex(/^[A-Z]{3}$/, "must be three capital letters (ISO 4217)")
    .optional(),
  ...saleRuleFields,
});

const changes = {
  name: name.optional(),
  description: description.optional(),
  venue: venue.optional(),
  venue_id: uuid.nullish(),
  category: category.optional(),
  event_date: time.optional(),
  end_time: time.nullable().optional(),
  sale_starts_at: time.nullable().optional(),
  sale_ends_at: time.nullable().optional(),
  total_capacity: capacity.optional(),
  price: price.optional(),
  price_tiers: changedTiers.optional(),
  seat_configuration: z
    .never("cannot be changed: seats are laid out once; cancel the event and create another")
    .optional(),
  /** A change that looks like a slip, such as ten times the capacity, is meant. */
  confirm: z.boolean().optional(),
  ...saleRuleFields,
};

/** What a change can be about: not what is only refused, nor the word that it is meant. */
const CHANGEABLE = Object.keys(changes).filter(
  (field) => field !== "seat_configuration" && field !== "confirm",
);

export const updateEventBody = z
  .strictObject(changes)
  .refine((body) => CHANGEABLE.some((field) => body[field as keyof typeof body] !== undefined), {
    error: `has nothing to change; accepted: ${CHANGEABLE.join(", ")}`,
  });

export const EVENT_NAMES = otherNamesOf(updateEventBody, "event");

export const eventListQuery = z.object({
  ...pageFields,
  status: z.enum(["active", "cancelled", "completed", "upcoming", "ongoing"]).optional(),
  start_date: dayOrTime.optional(),
  end_date: dayOrTime.optional(),
  venue_id: uuid.optional(),
  category: text(60).optional(),
  search: text(100).optional(),
});
