import type { Command, CreateEvent } from "./command.ts";
import type { SaleRules } from "./event-draft.ts";
import type { BookingId, CommandId, EntryId, EventId, PaymentId, UserId } from "./ids.ts";
import type { DeliveryView } from "./notification-views.ts";
import type { Decision, SaleStatus } from "./outcome.ts";
import type { RefusalFacts, RefusalReason } from "./refusal.ts";
import type { SeatStatus } from "./seat-map.ts";
import type { Tier } from "./state.ts";
import type { CheckIn } from "./ticket.ts";
import type { EventVenue } from "./venue.ts";
import type { Priority } from "./waitlist.ts";

/** An event as its readers see it. Times are Unix milliseconds, money is in minor units. */
export interface EventView extends SaleRules {
  readonly eventId: EventId;
  readonly number: number;
  readonly name: string;
  readonly description: string | null;
  readonly venue: string;
  readonly venueId: string | null;
  readonly venueDetails: EventVenue | null;
  readonly category: string | null;
  readonly startsAt: number;
  readonly endsAt: number | null;
  readonly saleStartsAt: number | null;
  readonly saleEndsAt: number | null;
  readonly currency: string;
  readonly isSeated: boolean;
  readonly isPaused: boolean;
  readonly status: "active" | "cancelled" | "completed";
  readonly saleStatus: SaleStatus;
  readonly cancellationTotal: number | null;
  readonly cancellationDone: number;
  readonly refundsCount: number;
  readonly refundsMinor: number;
  readonly createdBy: UserId;
  readonly createdAt: number;
  readonly updatedAt: number;
  readonly version: number;
  /** The ledger number this view was read at. */
  readonly seq: number;
  readonly tiers: readonly Readonly<Tier>[];
}

/**
 *   queued ──▶ confirmed | pending | rejected | waitlisted | cancelled
 *   pending ──▶ confirmed | expired | cancelled        confirmed ──▶ cancelled
 */
export type BookingStatus =
  | "queued"
  | "pending"
  | "confirmed"
  | "cancelled"
  | "expired"
  | "rejected"
  | "waitlisted";

/** A booking, or a request that did not become one. Times are Unix milliseconds, money is in minor units. */
export interface BookingView {
  readonly id: BookingId;
  readonly eventId: EventId;
  readonly userId: UserId;
  readonly status: BookingStatus;
  readonly reference: string | null;
  readonly tier: string | null;
  readonly quantity: number;
  readonly unitPriceMinor: number | null;
  /** Which price of its tier that was, see `Tier`. */
  readonly priceVersion: number | null;
  readonly totalMinor: number | null;
  readonly refundMinor: number;
  /** Of the money that was paid through a provider; null where none is to go back. */
  readonly refundStatus: "processing" | "refunded" | "failed" | null;
  /** Seat numbers of the event's seating, where the tier is seated. */
  readonly seats: readonly number[] | null;
  /** Until when it is held; only while pending. */
  readonly expiresAt: number | null;
  readonly promoCode: string | null;
  /** The waitlist entry that it is an offer to, or that it became. */
  readonly waitlistId: EntryId | null;
  /** The lapsed booking that it stands in for. */
  readonly replaces: BookingId | null;
  /** Of its tickets; see `Booking`. */
  readonly issue: number;
  readonly checkIns: readonly CheckIn[];
  readonly reason: RefusalReason | null;
  readonly facts: RefusalFacts | null;
  readonly createdAt: number;
  readonly updatedAt: number;
  readonly currency: string;
  readonly eventNumber: number;
  readonly eventName: string;
  readonly venue: string;
  readonly startsAt: number;
  /** Place in line and pace; only while queued. */
  readonly line: { readonly position: number; readonly decidedPerSecond: number | null } | null;
}

export interface EventFilter {
  readonly status: "active" | "cancelled" | "completed" | null;
  readonly phase: "upcoming" | "ongoing" | "completed" | null;
  readonly from: number | null;
  readonly until: number | null;
  readonly venueId: string | null;
  readonly category: string | null;
  readonly search: string | null;
  /** Leaves those out that were cancelled. */
  readonly withoutCancelled?: true;
  readonly limit: number;
  readonly offset: number;
}

export interface NotificationView {
  readonly id: string;
  readonly userId: UserId;
  /** Null where it is about no event. */
  readonly eventId: EventId | null;
  /** The ledger number of the decision it tells of; null: somebody sent it. */
  readonly seq: number | null;
  readonly type: string;
  readonly title: string;
  readonly text: string;
  readonly data: Readonly<Record<string, unknown>>;
  readonly createdAt: number;
  readonly readAt: number | null;
  readonly deliveries: readonly DeliveryView[];
}

/** Which seats of an event are not free, as of ledger number `seq`. */
export interface TakenSeats {
  readonly seq: number;
  readonly taken: readonly { readonly seat: number; readonly status: SeatStatus }[];
}

/** Somebody's place in a waitlist; the latest one where there were several. */
export interface WaitlistEntryView {
  readonly id: EntryId;
  readonly eventId: EventId;
  readonly userId: UserId;
  readonly status: "waiting" | "offered" | "converted" | "lapsed" | "left";
  readonly quantity: number;
  readonly priority: Priority;
  /** By name; null: any. */
  readonly tiers: readonly string[] | null;
  readonly joinedAt: number;
  /** From 1; only while waiting. */
  readonly position: number | null;
  readonly offer: { readonly bookingId: BookingId; readonly expiresAt: number } | null;
  /** From this event's own history; null where there is none. */
  readonly estimatedWaitHours: number | null;
  readonly promotionPercent: number | null;
}

/** How far a tier's tickets are let in. */
export interface TierCheckIns {
  readonly tier: string;
  /** Tickets with which somebody was let in. */
  readonly checkedIn: number;
  /** Tickets of confirmed bookings. */
  readonly expected: number;
}

export interface WaitlistStatsView {
  readonly waiting: Readonly<Record<Priority, number>>;
  /** Hours from joining to the offer, of those that got one; null before the first. */
  readonly averageWaitHours: number | null;
  /** Offers made for each person whose waiting has ended, 0 … 1; null before the first. */
  readonly promotionRate: number | null;
}

/** A payment as its buyer sees it. */
export interface PaymentView {
  readonly id: PaymentId;
  readonly eventId: EventId;
  readonly bookingId: BookingId;
  readonly userId: UserId;
  readonly provider: string;
  readonly state: "open" | "captured" | "failed";
  /** Whether its money bought tickets, whatever became of them since. */
  readonly boughtTickets: boolean;
  readonly amountMinor: number;
  readonly refundMinor: number;
  /** Where the buyer goes to pay or to answer a challenge. */
  readonly checkoutUrl: string | null;
  readonly clientSecret: string | null;
  readonly createdAt: number;
}

/** A ledger entry with what chains it, see `chainText`. */
export interface ChainedLedgerEntry {
  readonly seq: number;
  readonly commandId: CommandId;
  /** Of the decision's first outcome. */
  readonly type: string;
  readonly command: Command | CreateEvent;
  readonly outcomes: Decision;
  readonly decidedAt: number;
  readonly digest: string;
  /** Null before the first. */
  readonly previousDigest: string | null;
}

export interface LedgerPage {
  readonly entries: readonly ChainedLedgerEntry[];
  readonly headSeq: number;
  readonly headDigest: string;
}
