import type { BookingId, EventId, UserId } from "./ids.ts";
import type { SaleStatus } from "./outcome.ts";
import type { RefusalFacts, RefusalReason } from "./refusal.ts";
import type { Tier } from "./state.ts";

/** An event as its readers see it. Times are Unix milliseconds, money is in minor units. */
export interface EventView {
  readonly eventId: EventId;
  readonly number: number;
  readonly name: string;
  readonly description: string | null;
  readonly venue: string;
  readonly category: string | null;
  readonly startsAt: number;
  readonly endsAt: number | null;
  readonly saleStartsAt: number | null;
  readonly saleEndsAt: number | null;
  readonly currency: string;
  readonly ticketsPerBookingMax: number;
  readonly ticketsPerUserMax: number | null;
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

/** A booking, or a request that did not become one. Times are Unix milliseconds, money is in minor units. */
export interface BookingView {
  readonly id: BookingId;
  readonly eventId: EventId;
  readonly userId: UserId;
  readonly status: "queued" | "confirmed" | "cancelled" | "rejected";
  readonly reference: string | null;
  readonly tier: string | null;
  readonly quantity: number;
  readonly unitPriceMinor: number | null;
  readonly totalMinor: number | null;
  readonly refundMinor: number;
  readonly reason: RefusalReason | null;
  readonly facts: RefusalFacts | null;
  readonly createdAt: number;
  readonly updatedAt: number;
  readonly currency: string;
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
  readonly category: string | null;
  readonly search: string | null;
  readonly limit: number;
  readonly offset: number;
}

export interface NotificationView {
  readonly userId: UserId;
  readonly eventId: EventId;
  readonly seq: number;
  readonly type: string;
  readonly data: Readonly<Record<string, unknown>>;
  readonly createdAt: number;
  readonly readAt: number | null;
}
