import { z } from "zod";
import type { FieldNames } from "../validate.ts";
import { pageFields } from "./lists.ts";
import { text } from "./text.ts";

export const CAPACITY_MAX = 10_000_000;
const PRICE_MAX = 10_000_000;
const TIERS_MAX = 50;
const TICKETS_MAX = 100;

const price = z.number().min(0).max(PRICE_MAX);
const capacity = z.int().min(1).max(CAPACITY_MAX);
/** ISO 8601 with a zone, or without one: then UTC. */
const time = z.iso
  .datetime({ offset: true, local: true })
  .transform((value) => Date.parse(/(?:Z|[+-]\d\d:?\d\d)$/i.test(value) ? value : `${value}Z`));

const name = text(200);
const description = text(5_000).nullable();
const venue = text(200);
const category = text(60).nullable();
const tierName = text(60);
const perBooking = z.int().min(1).max(TICKETS_MAX);
const perUser = z.int().min(1).max(CAPACITY_MAX).nullable();

export const createEventBody = z.strictObject({
  name,
  description: description.optional(),
  venue,
  category: category.optional(),
  event_date: time,
  end_time: time.nullable().optional(),
  sale_starts_at: time.nullable().optional(),
  sale_ends_at: time.nullable().optional(),
  total_capacity: capacity.optional(),
  price: price.optional(),
  price_tiers: z
    .array(z.strictObject({ tier: tierName, price, capacity }))
    .min(1)
    .max(TIERS_MAX)
    .optional(),
  currency: z
    .string()
    .regex(/^[A-Z]{3}$/, "must be three capital letters (ISO 4217)")
    .optional(),
  max_tickets_per_booking: perBooking.optional(),
  max_tickets_per_user: perUser.optional(),
});

export const updateEventBody = z.strictObject({
  name: name.optional(),
  description: description.optional(),
  venue: venue.optional(),
  category: category.optional(),
  event_date: time.optional(),
  end_time: time.nullable().optional(),
  sale_starts_at: time.nullable().optional(),
  sale_ends_at: time.nullable().optional(),
  total_capacity: capacity.optional(),
  price: price.optional(),
  price_tiers: z
    .array(z.strictObject({ tier: tierName, price: price.optional(), capacity: capacity.optional() }))
    .min(1)
    .max(TIERS_MAX)
    .optional(),
  max_tickets_per_booking: perBooking.optional(),
  max_tickets_per_user: perUser.optional(),
});

export const EVENT_NAMES: FieldNames = {
  start_time: "event_date",
  eventDate: "event_date",
  startTime: "event_date",
  endTime: "end_time",
  capacity: "total_capacity",
  totalCapacity: "total_capacity",
  priceTiers: "price_tiers",
  saleStartsAt: "sale_starts_at",
  saleEndsAt: "sale_ends_at",
  maxTicketsPerBooking: "max_tickets_per_booking",
  maxTicketsPerUser: "max_tickets_per_user",
};

/** A day, or a time; a day alone is its first moment in UTC. */
const dayOrTime = z
  .union([z.iso.date(), z.iso.datetime({ offset: true, local: true })])
  .transform((value) =>
    Date.parse(value.length === 10 || /(?:Z|[+-]\d\d:?\d\d)$/i.test(value) ? value : `${value}Z`),
  );

export const eventListQuery = z.object({
  ...pageFields,
  status: z.enum(["active", "cancelled", "completed", "upcoming", "ongoing"]).optional(),
  start_date: dayOrTime.optional(),
  end_date: dayOrTime.optional(),
  category: text(60).optional(),
  search: text(100).optional(),
});
