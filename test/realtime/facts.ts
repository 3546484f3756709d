import {
  type BookingId,
  bookingIdOf,
  type CommandId,
  type EventId,
  type UserId,
} from "../../src/domain/ids.ts";
import type { LedgerEntry } from "../../src/domain/ledger.ts";
import type { Outcome } from "../../src/domain/outcome.ts";
import type { Tier } from "../../src/domain/state.ts";
import type { EventView } from "../../src/domain/views.ts";

export const ADA = "018f0000-0000-7000-8000-00000000000a" as UserId;
export const BOB = "018f0000-0000-7000-8000-00000000000b" as UserId;
export const CONCERT = "018f0000-0000-7000-8000-0000000000e1" as EventId;
export const OPERA = "018f0000-0000-7000-8000-0000000000e2" as EventId;
export const NOWHERE = "018f0000-0000-7000-8000-0000000000ff" as EventId;

export function tier(changes: Partial<Tier> = {}): Tier {
  return {
    name: "General",
    priceMinor: 2_050,
    capacity: 100,
    held: 0,
    sold: 0,
    blocked: 0,
    isSeated: false,
    isRestricted: false,
    pricedAt: 1,
    priceVersion: null,
    ...changes,
  };
}

export function eventView(eventId: EventId, changes: Partial<EventView> = {}): EventView {
  return {
    eventId,
    number: 7,
    name: "Concert",
    description: null,
    venue: "Hall",
    venueId: null,
    venueDetails: null,
    category: null,
    startsAt: 2_000_000_000_000,
    endsAt: null,
    saleStartsAt: null,
    saleEndsAt: null,
    currency: "USD",
    ticketsPerBookingMax: 10,
    ticketsPerUserMax: null,
    status: "active",
    saleStatus: "open",
    cancellationTotal: null,
    cancellationDone: 0,
    refundsCount: 0,
    refundsMinor: 0,
    createdBy: BOB,
    createdAt: 1_700_000_000_000,
    updatedAt: 1_700_000_000_000,
    version: 1,
    seq: 1,
    requiresPayment: false,
    holdTtlMs: 300_000,
    offerTtlMs: 900_000,
    holdsPerUserMax: 4,
    refundPolicy: { type: "full" },
    isSeated: false,
    isPaused: false,
    tiers: [tier({ capacity: 100 })],
    ...changes,
  };
}

/** What the database holds after `sold` tickets, at ledger number `seq`. */
export function soldView(eventId: EventId, sold: number, seq: number): EventView {
  return eventView(eventId, {
    seq,
    tiers: [tier({ capacity: 5_000, sold })],
  });
}

let made = 0;

export function newBookingId(): BookingId {
  made += 1;
  return bookingIdOf({ nowMs: 1_750_000_000_000 + made, counter: 0, dice: 0, eventNumber: 7 });
}

/** A ledger entry; its command is of no interest to pushes. */
export function entry(eventId: EventId, seq: number, outcome: Outcome): LedgerEntry {
  const command = { type: "CloseSale", id: newBookingId() as CommandId } as const;
  return { eventId, seq, command, decision: [outcome], decidedAt: 1_750_000_000_000 };
}

export function confirmed(userId: UserId, quantity = 2, bookingId = newBookingId()): Outcome {
  return { type: "BookingConfirmed", bookingId, userId, tier: 0, quantity, unitPriceMinor: 2_050 };
}
