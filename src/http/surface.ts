import type Router from "@koa/router";
import { CANONICAL_ACCESS, guarded } from "./access.ts";
import { type AuthRoutesOptions, authRoutes } from "./routes/auth.ts";
import { type BookingRoutesOptions, bookingRoutes } from "./routes/bookings.ts";
import { type EventRoutesOptions, eventRoutes } from "./routes/events.ts";
import { notificationRoutes } from "./routes/notifications.ts";
import { type PaymentRoutesOptions, paymentRoutes } from "./routes/payments.ts";
import { type VenueRoutesOptions, venueRoutes } from "./routes/venues.ts";
import { type WaitlistRoutesOptions, waitlistRoutes } from "./routes/waitlist.ts";
import type { AppState } from "./state.ts";

export type SurfaceOptions = AuthRoutesOptions &
  BookingRoutesOptions &
  EventRoutesOptions &
  PaymentRoutesOptions &
  VenueRoutesOptions &
  WaitlistRoutesOptions;

/** All routers of the canonical surface, each of their routes behind the guard that the table of access names. */
export function canonicalRouters(options: SurfaceOptions): readonly Router<AppState>[] {
  return [
    authRoutes(options),
    bookingRoutes(options),
    eventRoutes(options),
    notificationRoutes(options.reads),
    paymentRoutes(options),
    venueRoutes(options),
    waitlistRoutes(options),
  ].map((router) => guarded(router, CANONICAL_ACCESS));
}
