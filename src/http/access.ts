import type Router from "@koa/router";
import type { Middleware } from "koa";
import type { Role } from "../identity/principal.ts";
import { ApiError } from "./errors.ts";
import { principalOf } from "./middleware/authenticate.ts";
import type { AppState } from "./state.ts";

/** Whom a route is for: anybody, whoever has a token, or these roles. An object's owner is found out further in. */
export type Access = "public" | "user" | "organizer" | "admin";

/** Who may use which route of the canonical surface, by method and pattern. */
export const CANONICAL_ACCESS: Readonly<Record<string, Access>> = {
  "POST /auth/register": "public",
  "POST /auth/login": "public",
  "POST /auth/refresh": "public",
  // Behind the admin-creation token; without one configured it does not exist.
  "POST /auth/create-admin": "public",
  "POST /auth/forgot-password": "public",
  // Behind the token of the mail.
  "POST /auth/reset-password": "public",
  "POST /auth/logout": "user",
  "POST /auth/logout-all": "user",
  "GET /auth/sessions": "user",
  "DELETE /auth/sessions/:id": "user",
  "GET /auth/validate": "user",
  "POST /auth/change-password": "user",
  "GET /auth/profile": "user",
  "GET /auth/admin/users": "admin",
  "GET /auth/admin/users/:id": "admin",
  "PATCH /auth/admin/users/:id": "admin",
  "GET /auth/admin/audit": "admin",
  "GET /users/profile": "user",
  "PUT /users/profile": "user",
  "PATCH /users/profile": "user",

  "GET /events": "public",
  "GET /events/popular": "public",
  "GET /events/:id": "public",
  "GET /events/:id/seats": "public",
  "GET /events/:id/bookings": "organizer",
  "POST /events": "organizer",
  "PUT /events/:id": "organizer",
  "PATCH /events/:id": "organizer",
  "DELETE /events/:id": "organizer",
  "POST /admin/events": "organizer",
  "PUT /admin/events/:id": "organizer",
  "PATCH /admin/events/:id": "organizer",
  "DELETE /admin/events/:id": "organizer",
  "POST /events/:id/pause": "organizer",
  "POST /events/:id/resume": "organizer",
  "POST /events/:id/seats/block": "organizer",
  "POST /events/:id/seats/release": "organizer",
  "POST /events/:id/promo-codes": "organizer",
  "GET /events/:id/promo-codes": "organizer",
  "GET /events/:id/feed": "organizer",
  "GET /events/:id/ledger": "organizer",
  "GET /events/:id/statement": "organizer",
  "POST /events/:id/rehearsals": "organizer",
  "GET /events/:id/rehearsals": "organizer",
  "GET /events/:id/rehearsals/:rehearsalId": "organizer",
  "GET /events/:id/rehearsals/:rehearsalId/chart.svg": "organizer",

  "GET /pricing/recommendations": "organizer",
  // The price and its history; advice is for the event's organizer and admins.
  "GET /pricing/event/:eventId": "public",
  "POST /pricing/event/:eventId/apply": "organizer",
  "GET /pricing/event/:eventId/settings": "organizer",
  "PUT /pricing/event/:eventId/settings": "organizer",
  "PATCH /pricing/event/:eventId/settings": "organizer",

  "GET /webhooks": "organizer",
  "POST /webhooks": "organizer",
  "GET /webhooks/:id": "organizer",
  "PATCH /webhooks/:id": "organizer",
  "DELETE /webhooks/:id": "organizer",
  "POST /webhooks/:id/rotate-secret": "organizer",
  "POST /webhooks/:id/test": "organizer",
  "GET /webhooks/:id/deliveries": "organizer",

  "GET /venues": "public",
  "GET /venues/:id": "public",
  "POST /venues": "organizer",
  "PUT /venues/:id": "organizer",
  "PATCH /venues/:id": "organizer",

  "POST /bookings": "user",
  "GET /bookings": "user",
  "GET /users/bookings": "user",
  "GET /bookings/user/:userId": "user",
  "GET /bookings/reference/:reference": "user",
  "GET /bookings/:id": "user",
  "PUT /bookings/:id/cancel": "user",
  "DELETE /bookings/:id": "user",
  "POST /bookings/:id/confirm": "user",
  "POST /bookings/:id/transfer": "user",
  "POST /bookings/:id/exchange": "user",
  "GET /bookings/:id/payment": "user",
  "GET /bookings/:id/tickets": "user",

  "GET /tickets/keys": "public",
  "POST /tickets/check-in": "organizer",
  "GET /events/:id/check-ins": "organizer",

  "POST /payments/initiate/:id": "user",
  "GET /payments/:paymentId": "user",
  // Behind the provider's signature.
  "POST /payments/webhook/:provider": "public",
  // Play money, by an address that only the buyer is given.
  "GET /payments/test/:ref": "public",
  "POST /payments/test/:ref/:outcome": "public",

  "GET /waitlist": "user",
  "POST /waitlist/join": "user",
  "POST /waitlist/:eventId/join": "user",
  "GET /waitlist/:eventId/user/:userId": "user",
  "DELETE /waitlist/:eventId/user/:userId": "user",
  "GET /waitlist/:eventId/stats": "public",
  "POST /waitlist/:eventId/process": "organizer",

  "GET /notifications/user/:userId": "user",
  "GET /notifications/stats": "admin",
  "GET /notifications/dead-letters": "admin",
  "POST /notifications/dead-letters/:id/retry": "admin",
  // The public half of a key pair, which browsers need to subscribe.
  "GET /notifications/push-key": "public",
  "GET /notifications/broadcasts/:id": "organizer",
  "POST /notifications/send": "admin",
  "POST /notifications/broadcast/:eventId": "organizer",
  "POST /notifications/read-all": "user",
  "PATCH /notifications/:id": "user",
  "GET /notifications/:id/deliveries": "user",
  "GET /users/notification-preferences": "user",
  "PUT /users/notification-preferences": "user",
  "PATCH /users/notification-preferences": "user",
  "POST /users/push-subscriptions": "user",
  "DELETE /users/push-subscriptions": "user",

  "GET /cache/stats": "admin",
  "GET /cache/metrics": "admin",
  "POST /cache/warm": "admin",
  "POST /cache/invalidate": "admin",

  "POST /load-test/start": "admin",
  "GET /load-test/status/:testId": "admin",
  "GET /load-test/benchmarks": "admin",

  "GET /tracing/stats": "admin",
  "GET /tracing/traces": "admin",
  "GET /tracing/search": "admin",
  "GET /tracing/trace/:traceId": "admin",

  // An organizer sees their own events only.
  "GET /analytics": "organizer",
  "GET /analytics/overview": "organizer",
  "GET /analytics/revenue": "organizer",
  "GET /analytics/events": "organizer",
  "GET /analytics/events/:id": "organizer",
  "GET /analytics/dashboard": "organizer",
  "GET /admin/analytics/dashboard": "organizer",
  "GET /analytics/realtime": "organizer",
  "GET /analytics/funnel": "organizer",
  "GET /analytics/segments": "organizer",
  "GET /analytics/predictive": "organizer",
  "GET /analytics/export/:file": "organizer",
  "GET /analytics/database-status": "admin",
  "GET /analytics/rate-limits": "admin",
};

const ROLES: Readonly<Record<"organizer" | "admin", { roles: readonly Role[]; message: string }>> = {
  organizer: { roles: ["admin", "organizer"], message: "Organizer privileges required" },
  admin: { roles: ["admin"], message: "Admin privileges required" },
};

/**
 * Puts a guard before every route of a router, as the table says: 401 without a token, 403 with another role's.
 * @throws Error at a route that the table does not name. Denied by default: nothing is served that nobody decided about.
 */
export function guarded(router: Router<AppState>, table: Readonly<Record<string, Access>>): Router<AppState> {
  for (const { methods, path, stack } of router.stack) {
    for (const method of methods) {
      // A router answers HEAD where it answers GET, by the same functions.
      if (method === "HEAD") continue;
      const access = table[`${method} ${String(path)}`];
      if (access === undefined)
        throw new Error(`invariant: nobody decided who may ${method} ${String(path)}`);
      if (access !== "public") (stack as unknown[]).unshift(guardOf(access));
    }
  }
  return router;
}

function guardOf(access: Exclude<Access, "public">): Middleware<AppState> {
  const needed = access === "user" ? null : ROLES[access];
  return (ctx, next) => {
    const { role } = principalOf(ctx);
    if (needed !== null && !needed.roles.includes(role)) {
      throw new ApiError("AUTH_UNAUTHORIZED", needed.message);
    }
    return next();
  };
}
