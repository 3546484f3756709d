import type { Access } from "../access.ts";

/** Who may use which route of surface A, by method and pattern relative to its base. */
export const SURFACE_A_ACCESS: Readonly<Record<string, Access>> = {
  "POST /auth/register": "public",
  "POST /auth/login": "public",
  // Behind the admin-creation token; without one configured it does not exist.
  "POST /auth/create-admin": "public",

  "GET /events": "public",
  "GET /events/:id": "public",
  "POST /events": "organizer",
  "PUT /events/:id": "organizer",
  "DELETE /events/:id": "organizer",

  "POST /bookings": "user",
  "GET /bookings": "user",
  "GET /bookings/:id": "user",
  "DELETE /bookings/:id": "user",

  "GET /analytics/overview": "organizer",
  "GET /analytics/revenue": "organizer",
  "GET /analytics/events": "organizer",

  "POST /waitlist": "user",
  "GET /waitlist/position/:eventId": "user",
  "DELETE /waitlist/:eventId": "user",
};
