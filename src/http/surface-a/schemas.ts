import { z } from "zod";
import { bookTicketsBody, uuid } from "../schemas/bookings.ts";
import { createEventBody, updateEventBody } from "../schemas/events.ts";
import { capacity, price } from "../schemas/tiers.ts";
import { joinWaitlistBody } from "../schemas/waitlist.ts";

const created = createEventBody.shape;
const changed = updateEventBody.shape;

/** 002's Event as its organizer writes it. What is not given does not reach the canonical form at all. */
export const newEventBody = z
  .strictObject({
    name: created.name,
    description: created.description,
    venue: created.venue.unwrap(),
    category: created.category,
    dateTime: created.event_date,
    totalCapacity: capacity,
    price,
  })
  .transform(({ dateTime, totalCapacity, ...same }) => ({
    ...same,
    event_date: dateTime,
    total_capacity: totalCapacity,
  }));

export const changeEventBody = z
  .strictObject({
    name: changed.name,
    description: changed.description,
    venue: changed.venue,
    category: changed.category,
    dateTime: changed.event_date,
    totalCapacity: changed.total_capacity,
    price: changed.price,
  })
  .transform(({ dateTime, totalCapacity, ...same }) => ({
    ...same,
    event_date: dateTime,
    total_capacity: totalCapacity,
  }));

export const newBookingBody = z
  .strictObject({ eventId: uuid, quantity: bookTicketsBody.shape.quantity.unwrap() })
  .transform(({ eventId, quantity }) => ({ event_id: eventId, quantity }));

export const newPlaceBody = z.strictObject({ eventId: uuid, quantity: joinWaitlistBody.shape.quantity });
