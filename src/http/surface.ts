import type Router from "@koa/router";
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

/** All routers of the canonical surface. A test holds each of their paths against the table of who may use it. */
export function canonicalRouters(options: SurfaceOptions): readonly Router<AppState>[] {
  return [
    authRoutes(options),
    bookingRoutes(options),
    eventRoutes(options),
    notificationRoutes(options.reads),
    paymentRoutes(options),
    venueRoutes(options),
    waitlistRoutes(options),
  ];
}
