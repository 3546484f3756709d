import { expect } from "chai";
import type { BookingId, CommandId, EntryId, EventId, PaymentId, UserId } from "../../src/domain/ids.ts";
import type { LedgerEntry } from "../../src/domain/ledger.ts";
import type { Outcome } from "../../src/domain/outcome.ts";
import { seatIdOf } from "../../src/domain/seat-ids.ts";
import { presentOutcomes } from "../../src/http/presenters/outcome.ts";
import { OUTCOME_TYPES } from "../../src/http/presenters/outcome-types.ts";

const AT = Date.parse("2026-03-01T12:00:00Z");
const eventId = "01990000-0000-7000-8000-000000000001" as EventId;
const userId = "01990000-0000-7000-8000-000000000002" as UserId;
const by = "01990000-0000-7000-8000-000000000003" as UserId;
const bookingId = "01990000-0000-7000-8000-000000000004" as BookingId;
const paymentId = "01990000-0000-7000-8000-000000000005" as PaymentId;
const entryId = "01990000-0000-7000-8000-000000000006" as EntryId;
const refundId = "01990000-0000-7000-8000-000000000007" as CommandId;
const resultId = "01990000-0000-7000-8000-00000000dead" as BookingId;

const tickets = { bookingId, userId, tier: 1, quantity: 2, seats: [3, 4] } as const;
const booked = { ...tickets, unitPriceMinor: 1_250, promoCode: "EARLY", passedOver: entryId } as const;
const paid = { paymentId, bookingId, userId } as const;
const rules = {
  ticketsPerBookingMax: 4,
  ticketsPerUserMax: null,
  requiresPayment: true,
  holdTtlMs: 300_000,
  offerTtlMs: 900_000,
  holdsPerUserMax: 4,
  refundPolicy: { type: "percentage", steps: [{ hoursBefore: 24, percent: 50 }] },
} as const;

/** One of each; a kind of outcome that is missing does not compile. */
const ONE_OF_EACH = {
  EventCreated: {
    type: "EventCreated",
    saleStatus: "open",
    draft: {
      ...rules,
      eventId,
      number: 7,
      name: "An Evening",
      description: null,
      venue: "The Hall",
      venueId: null,
      category: null,
      startsAt: AT,
      endsAt: null,
      saleStartsAt: null,
      saleEndsAt: null,
      currency: "USD",
      tiers: [{ name: "Stalls", priceMinor: 2_000, capacity: 10, isSeated: true }],
      seating: { sections: [] },
      createdBy: by,
    },
  },
  EventChanged: {
    type: "EventChanged",
    saleStatus: "open",
    version: 2,
    changes: {
      startsAt: AT,
      venueId: null,
      tiers: [{ name: "Balcony", priceMinor: 999 }],
      holdTtlMs: 60_000,
    },
  },
  EventCancelled: { type: "EventCancelled", bookings: 3 },
  EventCompleted: { type: "EventCompleted" },
  SaleOpened: { type: "SaleOpened" },
  SaleClosed: { type: "SaleClosed" },
  SalePaused: { type: "SalePaused" },
  SaleResumed: { type: "SaleResumed" },
  SeatsBlocked: { type: "SeatsBlocked", seats: [1] },
  SeatsReleased: { type: "SeatsReleased", seats: [1] },
  PromoCodeAdded: {
    type: "PromoCodeAdded",
    code: {
      code: "EARLY",
      discount: { type: "amount", amountMinor: 500 },
      usesMax: 10,
      tiers: null,
      validUntil: AT,
    },
  },
  BookingConfirmed: { type: "BookingConfirmed", ...booked, wasHeld: true, paymentId },
  BookingHeld: { type: "BookingHeld", ...booked, expiresAt: AT },
  OfferMade: { type: "OfferMade", ...booked, entryId, expiresAt: AT },
  HoldExpired: { type: "HoldExpired", ...tickets },
  BookingRejected: {
    type: "BookingRejected",
    bookingId,
    userId,
    quantity: 2,
    reason: "SeatsTaken",
    facts: { seats: [3], totalMinor: 2_500 },
  },
  BookingCancelled: { type: "BookingCancelled", ...tickets, refundMinor: 2_500, by: "customer" },
  BookingReduced: { type: "BookingReduced", ...tickets, refundMinor: 1_250 },
  BookingWithdrawn: { type: "BookingWithdrawn", bookingId, userId },
  BookingTransferred: { type: "BookingTransferred", bookingId, userId, toUserId: by, quantity: 2 },
  TicketsExchanged: {
    type: "TicketsExchanged",
    ...tickets,
    from: { tier: 0, seats: [8, 9] },
    unitPriceMinor: 1_000,
    refundMinor: 500,
  },
  TicketCheckedIn: { type: "TicketCheckedIn", bookingId, userId, ticket: 1, at: AT, by },
  PaymentRequested: {
    type: "PaymentRequested",
    ...paid,
    provider: "stripe",
    method: "token",
    amountMinor: 2_500,
    resultId,
    expiresAt: AT,
  },
  PaymentOpened: { type: "PaymentOpened", ...paid },
  PaymentFailed: { type: "PaymentFailed", ...paid, reason: "declined", isCancelled: false, expiresAt: null },
  PaymentCancelRequested: { type: "PaymentCancelRequested", ...paid },
  PaymentCaptured: { type: "PaymentCaptured", ...paid, amountMinor: 2_500 },
  RefundOwed: { type: "RefundOwed", ...paid, refundId, amountMinor: 2_500, reason: "cancelled" },
  RefundSettled: { type: "RefundSettled", ...paid, refundId, amountMinor: 2_500, failure: null },
  WaitlistJoined: {
    type: "WaitlistJoined",
    entryId,
    userId,
    quantity: 2,
    priority: "vip",
    tiers: [1],
    offerId: resultId,
    owned: 0,
  },
  WaitlistLeft: { type: "WaitlistLeft", entryId, userId, why: "asked" },
  WaitlistProcessed: { type: "WaitlistProcessed" },
  WaitlistToContinue: { type: "WaitlistToContinue" },
  CommandRefused: { type: "CommandRefused", reason: "AlreadyCancelled", facts: { refundMinor: 2_500 } },
} as const satisfies { readonly [Type in Outcome["type"]]: Extract<Outcome, { type: Type }> | Outcome };

const card = {
  eventId,
  number: 7,
  currency: "USD",
  tiers: [{ name: "Stalls" }, { name: "Balcony" }],
} as unknown as Parameters<typeof presentOutcomes>[1];

function shown(...decision: [Outcome, ...Outcome[]]) {
  const command = { type: "CancelBooking", id: refundId, bookingId, userId, by: "customer" } as const;
  const entry: LedgerEntry = { eventId, seq: 12, command, decision, decidedAt: AT };
  return presentOutcomes(entry, card);
}

/** Every name in a value, at any depth. */
function namesIn(value: unknown): string[] {
  if (Array.isArray(value)) return value.flatMap(namesIn);
  if (typeof value !== "object" || value === null) return [];
  return Object.entries(value).flatMap(([name, inner]) => [name, ...namesIn(inner)]);
}

describe("an outcome as organizers see it", () => {
  for (const outcome of Object.values(ONE_OF_EACH) as Outcome[]) {
    it(`of the kind ${outcome.type} has the names and units of the API, and nothing internal`, () => {
      const [one] = shown(outcome);
      expect(one).to.include({ seq: 12, position: 0, decided_at: "2026-03-01T12:00:00.000Z" });
      expect(OUTCOME_TYPES).to.include(one?.type);
      for (const name of namesIn(one)) expect(name).to.match(/^[a-z]+(_[a-z]+)*$/);
      const text = JSON.stringify(one);
      expect(text).to.not.include("Minor");
      expect(text).to.not.include(resultId);
      // No time is a number, no seat is.
      expect(text).to.not.include(String(AT));
      expect(JSON.parse(text), "nothing is undefined").to.deep.equal(one);
    });
  }

  it("has amounts as decimals, seats by id and tiers by name", () => {
    const [one] = shown(ONE_OF_EACH.BookingConfirmed);
    expect(one).to.deep.include({
      type: "booking.confirmed",
      status: "confirmed",
      tier: "Balcony",
      seat_ids: [seatIdOf(7, 3), seatIdOf(7, 4)],
      price: 12.5,
      total_amount: 25,
      currency: "USD",
      was_pending: true,
      payment_id: paymentId,
    });
    expect(shown(ONE_OF_EACH.EventChanged)[0]?.changes).to.deep.equal({
      event_date: "2026-03-01T12:00:00.000Z",
      start_time: "2026-03-01T12:00:00.000Z",
      venue_id: null,
      price_tiers: [{ tier: "Balcony", price: 9.99 }],
      hold_ttl_seconds: 60,
    });
  });

  it("says in words and by code what was refused", () => {
    expect(shown(ONE_OF_EACH.CommandRefused)[0]).to.deep.include({
      type: "command.refused",
      command: "cancel_booking",
      booking_id: bookingId,
      user_id: userId,
      code: "BOOKING_STATE_CONFLICT",
      details: { refund_amount: 25 },
    });
    expect(shown(ONE_OF_EACH.BookingRejected)[0]).to.deep.include({
      status: "rejected",
      code: "BOOKING_SEATS_UNAVAILABLE",
      details: { total_amount: 25, unavailable_seat_ids: [seatIdOf(7, 3)] },
    });
  });

  it("of one decision shares its number and is told apart by its position", () => {
    const both = shown(ONE_OF_EACH.BookingConfirmed, ONE_OF_EACH.PaymentCaptured);
    expect(both.map(({ seq, position, type }) => [seq, position, type])).to.deep.equal([
      [12, 0, "booking.confirmed"],
      [12, 1, "payment.captured"],
    ]);
  });

  it("is called what it is: a request that was taken back was cancelled, a refund that failed has failed", () => {
    const withdrawn = { ...ONE_OF_EACH.BookingRejected, reason: "Withdrawn", facts: {} } as const;
    expect(shown(withdrawn)[0]).to.include({
      type: "booking.cancelled",
      status: "cancelled",
      refund_amount: 0,
    });
    const failed = { ...ONE_OF_EACH.RefundSettled, failure: "account closed" };
    expect(shown(failed)[0]).to.include({ type: "refund.failed", reason: "account closed" });
  });
});
