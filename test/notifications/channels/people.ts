import type { Message, Recipient } from "../../../src/notifications/channel.ts";

const STARTS_AT = Date.parse("2030-05-01T19:00:00Z");

export const EVENT = { name: "Night Concert", venue: "City Hall", startsAt: STARTS_AT };
export const EVENT_ID = "01968f00-0000-7000-8000-0000000000e1";
export const BOOKING_ID = "01968f00-0000-7000-8000-0000000000b1";
export const NOTIFICATION_ID = "01968f2e-1a2b-7c3d-8e4f-5a6b7c8d9e0f";

/** A confirmed booking, unless told otherwise. */
export function message(changes: Partial<Message> = {}): Message {
  return {
    notificationId: NOTIFICATION_ID,
    kind: "booking_confirmed",
    title: "Booking confirmed: Night Concert",
    text: "You have 2 tickets for Night Concert (80.00 USD). Your booking reference is EVT20300501K3AB.",
    eventId: EVENT_ID,
    data: { booking_id: BOOKING_ID, booking_reference: "EVT20300501K3AB", quantity: 2 },
    createdAt: Date.parse("2030-04-01T12:00:00Z"),
    ...changes,
  };
}

export function recipient(changes: Partial<Recipient> = {}): Recipient {
  return {
    userId: "01968f00-0000-7000-8000-0000000000a1",
    name: "Jo Buyer",
    email: "jo@example.com",
    phone: "+15005550009",
    pushSubscriptions: [],
    ...changes,
  };
}
