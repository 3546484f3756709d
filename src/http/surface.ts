import type Router from "@koa/router";
import { CANONICAL_ACCESS, guarded } from "./access.ts";
import { limited } from "./limits/limited.ts";
import type { Limiter } from "./limits/limiter.ts";
import { type AnalyticsRoutesOptions, analyticsRoutes } from "./routes/analytics.ts";
import { type AuthRoutesOptions, authRoutes } from "./routes/auth.ts";
import { type BookingRoutesOptions, bookingRoutes } from "./routes/bookings.ts";
import { type CacheRoutesOptions, cacheRoutes } from "./routes/cache.ts";
import { type EventRoutesOptions, eventRoutes } from "./routes/events.ts";
import { type FeedRoutesOptions, feedRoutes } from "./routes/feed.ts";
import { type LedgerRoutesOptions, ledgerRoutes } from "./routes/ledger.ts";
import { type LoadTestRoutesOptions, loadTestRoutes } from "./routes/load-tests.ts";
import { type NotificationRoutesOptions, notificationRoutes } from "./routes/notifications.ts";
import { type PaymentRoutesOptions, paymentRoutes } from "./routes/payments.ts";
import { type PredictiveRoutesOptions, predictiveRoutes } from "./routes/predictive.ts";
import { type PricingRoutesOptions, pricingRoutes } from "./routes/pricing.ts";
import { type RehearsalRoutesOptions, rehearsalRoutes } from "./routes/rehearsals.ts";
import { type StatusRoutesOptions, statusRoutes } from "./routes/status.ts";
import { type TicketRoutesOptions, ticketRoutes } from "./routes/tickets.ts";
import { type TracingRoutesOptions, tracingRoutes } from "./routes/tracing.ts";
import { type VenueRoutesOptions, venueRoutes } from "./routes/venues.ts";
import { type WaitlistRoutesOptions, waitlistRoutes } from "./routes/waitlist.ts";
import { type WebhookRoutesOptions, webhookRoutes } from "./routes/webhooks.ts";
import type { AppState } from "./state.ts";

export type SurfaceOptions = AnalyticsRoutesOptions &
  AuthRoutesOptions &
  BookingRoutesOptions &
  CacheRoutesOptions &
  EventRoutesOptions &
  FeedRoutesOptions &
  LedgerRoutesOptions &
  LoadTestRoutesOptions &
  NotificationRoutesOptions &
  PaymentRoutesOptions &
  PredictiveRoutesOptions &
  RehearsalRoutesOptions &
  PricingRoutesOptions &
  StatusRoutesOptions &
  TicketRoutesOptions &
  TracingRoutesOptions &
  VenueRoutesOptions &
  WaitlistRoutesOptions &
  WebhookRoutesOptions & { readonly limiter: Limiter };

/** All routers of the canonical surface, each of their routes counted and behind the guard that the table of access names. */
export function canonicalRouters(options: SurfaceOptions): readonly Router<AppState>[] {
  return [
    analyticsRoutes(options),
    authRoutes(options),
    bookingRoutes(options),
    cacheRoutes(options),
    eventRoutes(options),
    feedRoutes(options),
    ledgerRoutes(options),
    loadTestRoutes(options),
    notificationRoutes(options),
    paymentRoutes(options),
    predictiveRoutes(options),
    rehearsalRoutes(options),
    pricingRoutes(options),
    statusRoutes(options),
    ticketRoutes(options),
    tracingRoutes(options),
    venueRoutes(options),
    waitlistRoutes(options),
    webhookRoutes(options),
  ].map((router) => limited(guarded(router, CANONICAL_ACCESS), options.limiter));
}
