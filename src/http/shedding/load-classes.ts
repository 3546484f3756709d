/**
 * What a request is to a process that has too much to do. Shed first to last:
 *
 *   entering   new work: a booking, a place in a waitlist, an account
 *   listing    lists and figures that are read from the database for one person
 *   page       pages that everybody is shown, most of them out of memory
 *
 * and never:
 *
 *   finishing  what somebody has begun or owns: paying, cancelling, asking what became of a booking, logging in, tickets
 *   operating  what organizers and operators do, who may be ending the overload
 *   vital      health, probes, metrics, documents
 *   mixed      takes an offer where there is one, which is finishing, else enters: told apart further in
 */
export type LoadClass = SheddableClass | "finishing" | "operating" | "vital" | "mixed";

export const SHEDDABLE = ["entering", "listing", "page"] as const;
export type SheddableClass = (typeof SHEDDABLE)[number];

export type LoadClasses = Readonly<Record<string, LoadClass>>;

/** The canonical surface, by method and pattern as in the table of access. */
export const CANONICAL_CLASSES: LoadClasses = {
  "POST /auth/register": "entering",
  // Logins have a line of their own that is bounded (ADR 21).
  "POST /auth/login": "finishing",
  "POST /auth/refresh": "finishing",
  "POST /auth/create-admin": "operating",
  "POST /auth/forgot-password": "finishing",
  "POST /auth/reset-password": "finishing",
  "POST /auth/logout": "finishing",
  "POST /auth/logout-all": "finishing",
  "GET /auth/sessions": "finishing",
  "DELETE /auth/sessions/:id": "finishing",
  "GET /auth/validate": "finishing",
  "POST /auth/change-password": "finishing",
  "GET /auth/profile": "finishing",
  "GET /auth/admin/users": "operating",
  "GET /auth/admin/users/:id": "operating",
  "PATCH /auth/admin/users/:id": "operating",
  "GET /auth/admin/audit": "operating",
  "GET /users/profile": "finishing",
  "PUT /users/profile": "finishing",
  "PATCH /users/profile": "finishing",

  "GET /events": "page",
  "GET /events/popular": "page",
  "GET /events/:id": "page",
  "GET /events/:id/seats": "page",
  "GET /events/:id/bookings": "listing",
  "POST /events": "operating",
  "PUT /events/:id": "operating",
  "PATCH /events/:id": "operating",
  "DELETE /events/:id": "operating",
  "POST /admin/events": "operating",
  "PUT /admin/events/:id": "operating",
  "PATCH /admin/events/:id": "operating",
  "DELETE /admin/events/:id": "operating",
  "POST /events/:id/pause": "operating",
  "POST /events/:id/resume": "operating",
  "POST /events/:id/seats/block": "operating",
  "POST /events/:id/seats/release": "operating",
  "POST /events/:id/promo-codes": "operating",
  "GET /events/:id/promo-codes": "listing",
  "GET /events/:id/feed": "listing",
  "GET /events/:id/ledger": "listing",
  "GET /events/:id/statement": "listing",
  // It takes a processor for a while: nothing for an hour in which there is none to spare.
  "POST /events/:id/rehearsals": "entering",
  "GET /events/:id/rehearsals": "listing",
  "GET /events/:id/rehearsals/:rehearsalId": "listing",
  "GET /events/:id/rehearsals/:rehearsalId/chart.svg": "listing",

  "GET /webhooks": "listing",
  "POST /webhooks": "operating",
  "GET /webhooks/:id": "listing",
  "PATCH /webhooks/:id": "operating",
  "DELETE /webhooks/:id": "operating",
  "POST /webhooks/:id/rotate-secret": "operating",
  "POST /webhooks/:id/test": "operating",
  "GET /webhooks/:id/deliveries": "listing",

  "GET /venues": "listing",
  "GET /venues/:id": "listing",
  "POST /venues": "operating",
  "PUT /venues/:id": "operating",
  "PATCH /venues/:id": "operating",

  "POST /bookings": "entering",
  "GET /bookings": "listing",
  "GET /users/bookings": "listing",
  "GET /bookings/user/:userId": "listing",
  "GET /bookings/reference/:reference": "finishing",
  "GET /bookings/:id": "finishing",
  "PUT /bookings/:id/cancel": "finishing",
  "DELETE /bookings/:id": "finishing",
  "POST /bookings/:id/confirm": "finishing",
  "POST /bookings/:id/transfer": "finishing",
  "POST /bookings/:id/exchange": "finishing",
  "GET /bookings/:id/payment": "finishing",
  "GET /bookings/:id/tickets": "finishing",

  // Who checks people in at the door has verified nothing without the keys.
  "GET /tickets/keys": "finishing",
  "POST /tickets/check-in": "finishing",
  "GET /events/:id/check-ins": "listing",

  "POST /payments/initiate/:id": "finishing",
  "GET /payments/:paymentId": "finishing",
  "POST /payments/webhook/:provider": "finishing",
  "GET /payments/test/:ref": "finishing",
  "POST /payments/test/:ref/:outcome": "finishing",

  // Whether there is an offer to be taken.
  "GET /waitlist": "finishing",
  "GET /waitlist/:eventId/user/:userId": "finishing",
  "DELETE /waitlist/:eventId/user/:userId": "finishing",
  "POST /waitlist/join": "entering",
  "POST /waitlist/:eventId/join": "entering",
  "GET /waitlist/:eventId/stats": "listing",
  "POST /waitlist/:eventId/process": "operating",

  "GET /notifications/user/:userId": "listing",
  "GET /notifications/stats": "listing",
  "GET /notifications/dead-letters": "operating",
  "POST /notifications/dead-letters/:id/retry": "operating",
  "GET /notifications/push-key": "listing",
  "GET /notifications/broadcasts/:id": "listing",
  "POST /notifications/send": "operating",
  "POST /notifications/broadcast/:eventId": "operating",
  "POST /notifications/read-all": "finishing",
  "PATCH /notifications/:id": "finishing",
  "GET /notifications/:id/deliveries": "listing",
  "GET /users/notification-preferences": "finishing",
  "PUT /users/notification-preferences": "finishing",
  "PATCH /users/notification-preferences": "finishing",
  "POST /users/push-subscriptions": "finishing",
  "DELETE /users/push-subscriptions": "finishing",

  "GET /analytics": "listing",
  "GET /analytics/overview": "listing",
  "GET /analytics/revenue": "listing",
  "GET /analytics/events": "listing",
  "GET /analytics/events/:id": "listing",
  "GET /analytics/dashboard": "listing",
  "GET /admin/analytics/dashboard": "listing",
  "GET /analytics/realtime": "listing",
  "GET /analytics/funnel": "listing",
  "GET /analytics/segments": "listing",
  "GET /analytics/predictive": "listing",
  "GET /analytics/export/:file": "listing",
  "GET /analytics/database-status": "operating",
  "GET /analytics/rate-limits": "operating",

  "GET /pricing/recommendations": "listing",
  "GET /pricing/event/:eventId": "listing",
  "POST /pricing/event/:eventId/apply": "operating",
  "GET /pricing/event/:eventId/settings": "listing",
  "PUT /pricing/event/:eventId/settings": "operating",
  "PATCH /pricing/event/:eventId/settings": "operating",

  "GET /cache/stats": "operating",
  "GET /cache/metrics": "operating",
  "POST /cache/warm": "operating",
  "POST /cache/invalidate": "operating",

  "GET /tracing/stats": "operating",
  "GET /tracing/traces": "operating",
  "GET /tracing/search": "operating",
  "GET /tracing/trace/:traceId": "operating",

  "POST /load-test/start": "operating",
  "GET /load-test/status/:testId": "operating",
  "GET /load-test/benchmarks": "operating",
};

export const SURFACE_A_CLASSES: LoadClasses = {
  "POST /auth/register": "entering",
  "POST /auth/login": "finishing",
  "POST /auth/create-admin": "operating",

  "GET /events": "page",
  "GET /events/:id": "page",
  "POST /events": "operating",
  "PUT /events/:id": "operating",
  "DELETE /events/:id": "operating",

  "POST /bookings": "mixed",
  "GET /bookings": "listing",
  "GET /bookings/:id": "finishing",
  "DELETE /bookings/:id": "finishing",

  "GET /analytics/overview": "listing",
  "GET /analytics/revenue": "listing",
  "GET /analytics/events": "listing",

  "POST /waitlist": "entering",
  "GET /waitlist/position/:eventId": "finishing",
  "DELETE /waitlist/:eventId": "finishing",
};

export const SURFACE_B_CLASSES: LoadClasses = {
  "GET /events": "page",
  "GET /events/:event_id": "page",
  "GET /events/:event_id/seats": "page",

  "POST /bookings": "mixed",
  "GET /bookings/:booking_id": "finishing",
  "DELETE /bookings/:booking_id": "finishing",

  "GET /users/me": "finishing",
  "GET /users/me/bookings": "listing",
  "GET /users/me/notifications": "listing",

  "GET /waitlists/me": "finishing",
  "DELETE /waitlists/:waitlist_entry_id": "finishing",

  "POST /admin/events": "operating",
  "PUT /admin/events/:event_id": "operating",
  "DELETE /admin/events/:event_id": "operating",
  "GET /admin/analytics": "listing",
};

/** The class that is shed, or null where it never is. */
export function sheddable(loadClass: LoadClass | undefined): SheddableClass | null {
  return (SHEDDABLE as readonly (LoadClass | undefined)[]).includes(loadClass)
    ? (loadClass as SheddableClass)
    : null;
}
