import type { Access } from "../access.ts";

/** Who may use which route of surface B, by method and pattern. A trusted gateway says who somebody is. */
export const SURFACE_B_ACCESS: Readonly<Record<string, Access>> = {
  "GET /events": "public",
  "GET /events/:event_id": "public",
  "GET /events/:event_id/seats": "public",

  "POST /bookings": "user",
  "GET /bookings/:booking_id": "user",
  "DELETE /bookings/:booking_id": "user",

  "GET /users/me": "user",
  "GET /users/me/bookings": "user",
  "GET /users/me/notifications": "user",

  "GET /waitlists/me": "user",
  "DELETE /waitlists/:waitlist_entry_id": "user",

  "POST /admin/events": "organizer",
  "PUT /admin/events/:event_id": "organizer",
  "DELETE /admin/events/:event_id": "organizer",
  "GET /admin/analytics": "organizer",
};
