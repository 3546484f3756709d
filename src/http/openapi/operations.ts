import { ACCOUNT_OPERATIONS } from "./accounts.ts";
import { ANALYTICS_OPERATIONS } from "./analytics.ts";
import { AUTH_OPERATIONS } from "./auth.ts";
import { BOOKING_CHANGE_OPERATIONS } from "./booking-changes.ts";
import { BOOKING_OPERATIONS } from "./bookings.ts";
import { CACHE_OPERATIONS } from "./cache.ts";
import { EVENT_CHANGE_OPERATIONS } from "./event-changes.ts";
import { EVENT_OPERATIONS } from "./events.ts";
import { FEED_OPERATIONS } from "./feed.ts";
import { LEDGER_OPERATIONS } from "./ledger.ts";
import { LOAD_TEST_OPERATIONS } from "./load-tests.ts";
import { NOTIFICATION_OPERATIONS } from "./notifications.ts";
import type { Operation } from "./operation.ts";
import { PAYMENT_OPERATIONS } from "./payments.ts";
import { POPULAR_OPERATIONS } from "./popular-events.ts";
import { PREDICTIVE_OPERATIONS } from "./predictive.ts";
import { PRICING_OPERATIONS } from "./pricing.ts";
import { REHEARSAL_OPERATIONS } from "./rehearsals.ts";
import { SALE_OPERATIONS } from "./sale.ts";
import { STATUS_OPERATIONS } from "./status.ts";
import { SYSTEM_OPERATIONS } from "./system.ts";
import { TEST_PAYMENT_OPERATIONS } from "./test-payments.ts";
import { TICKET_OPERATIONS } from "./tickets.ts";
import { TRACING_OPERATIONS } from "./tracing.ts";
import { VENUE_OPERATIONS } from "./venues.ts";
import { WAITLIST_OPERATIONS } from "./waitlist.ts";
import { WEBHOOK_OPERATIONS } from "./webhooks.ts";

/** The groups of operations, in the order of the document. */
export const TAGS = {
  Identity: "Accounts, tokens, profiles",
  Events: "What people attend",
  Seats: "Places in a hall",
  Sale: "What an organizer does to a sale",
  Venues: "Where events are held",
  Bookings: "Tickets",
  Tickets: "What people are let in with",
  Payments: "Money for tickets",
  Waitlist: "The line of those who wait for tickets of a full event",
  Notifications: "What people are told",
  Webhooks: "How organizers' own systems are told",
  Books: "What was decided about an event, and what it comes to",
  Analytics: "What sales come to",
  Pricing: "What tickets cost, cost before, and might",
  Cache: "Pages that are kept, for admins",
  "Load tests": "The server asking itself, for admins",
  Tracing: "Where the time of requests goes, for admins",
  Operations: "The database and the limits on requests, for admins",
  System: "Probes, metrics, documents",
} as const;

/** Every route of the canonical surface, paths relative to its base. */
export const CANONICAL_OPERATIONS: readonly Operation[] = [
  ...AUTH_OPERATIONS,
  ...ACCOUNT_OPERATIONS,
  ...POPULAR_OPERATIONS,
  ...EVENT_OPERATIONS,
  ...EVENT_CHANGE_OPERATIONS,
  ...SALE_OPERATIONS,
  ...REHEARSAL_OPERATIONS,
  ...VENUE_OPERATIONS,
  ...BOOKING_OPERATIONS,
  ...BOOKING_CHANGE_OPERATIONS,
  ...TICKET_OPERATIONS,
  ...PAYMENT_OPERATIONS,
  ...TEST_PAYMENT_OPERATIONS,
  ...WAITLIST_OPERATIONS,
  ...NOTIFICATION_OPERATIONS,
  ...WEBHOOK_OPERATIONS,
  ...FEED_OPERATIONS,
  ...PRICING_OPERATIONS,
  ...LEDGER_OPERATIONS,
  ...ANALYTICS_OPERATIONS,
  ...PREDICTIVE_OPERATIONS,
  ...CACHE_OPERATIONS,
  ...LOAD_TEST_OPERATIONS,
  ...TRACING_OPERATIONS,
  ...STATUS_OPERATIONS,
];

export { SYSTEM_OPERATIONS };
