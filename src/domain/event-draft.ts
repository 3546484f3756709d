import type { EventId, UserId } from "./ids.ts";
import type { RefundPolicy } from "./refund-policy.ts";
import type { SeatingDraft } from "./seating.ts";

/** A tier as its organiser states it. */
export interface TierDraft {
  readonly name: string;
  readonly priceMinor: number;
  /** Of a seated tier: how many seats the seat configuration gives it. */
  readonly capacity: number;
  /** Its tickets are seats of the event's seating. */
  readonly isSeated?: boolean;
  /** Only an access code opens it. */
  readonly isRestricted?: boolean;
}

/** How an event sells, beyond its tiers. Times are milliseconds. */
export interface SaleRules {
  readonly ticketsPerBookingMax: number;
  readonly ticketsPerUserMax: number | null;
  /** Bookings are held until they are paid. */
  readonly requiresPayment: boolean;
  /** How long a buyer has to pay. */
  readonly holdTtlMs: number;
  /** How long an offer of the waitlist stands. */
  readonly offerTtlMs: number;
  /** Unpaid bookings that one person may have at once, offers not counted. */
  readonly holdsPerUserMax: number;
  readonly refundPolicy: RefundPolicy;
}

/** Everything an event is made of when it is created. Times are Unix milliseconds. */
export interface EventDraft extends SaleRules {
  readonly eventId: EventId;
  readonly number: number;
  readonly name: string;
  readonly description: string | null;
  readonly venue: string;
  readonly venueId: string | null;
  readonly category: string | null;
  readonly startsAt: number;
  readonly endsAt: number | null;
  readonly saleStartsAt: number | null;
  readonly saleEndsAt: number | null;
  readonly currency: string;
  readonly tiers: readonly TierDraft[];
  readonly seating: SeatingDraft | null;
  readonly createdBy: UserId;
}

/** What of an event can be changed; what is absent stays. */
export interface EventChanges extends Partial<SaleRules> {
  readonly name?: string;
  readonly description?: string | null;
  readonly venue?: string;
  readonly venueId?: string | null;
  readonly category?: string | null;
  readonly startsAt?: number;
  readonly endsAt?: number | null;
  readonly saleStartsAt?: number | null;
  readonly saleEndsAt?: number | null;
  /** For an event with one tier. */
  readonly priceMinor?: number;
  /** For an event with one tier. */
  readonly capacity?: number;
  /** By name; a new name is a new tier and needs price and capacity. */
  readonly tiers?: readonly TierChange[];
}

export interface TierChange {
  readonly name: string;
  readonly priceMinor?: number;
  readonly capacity?: number;
  readonly isRestricted?: boolean;
}
