import { referenceOf, timeOf } from "../../domain/ids.ts";
import type { LedgerEntry } from "../../domain/ledger.ts";
import { fromMinor } from "../../domain/money.ts";
import type { BookingConfirmed, BookingHeld } from "../../domain/outcome.ts";
import { seatIdOf } from "../../domain/seat-ids.ts";
import { type Seating, seatPlace } from "../../domain/seating.ts";
import type { BookingView, EventView } from "../../domain/views.ts";
import { underAllNames } from "../names.ts";
import { messageOf } from "../refusal-words.ts";
import { codeOf, extrasOf } from "../refusals.ts";
import { iso } from "./time.ts";

/** How a booking's end is worded where a refusal ended it. */
function refusalOf(booking: BookingView): Record<string, unknown> {
  const { reason, currency, eventNumber } = booking;
  if (reason === null) return {};
  const refusal = { reason, facts: booking.facts ?? {} };
  return {
    rejection_reason: messageOf(refusal, currency),
    rejection_code: codeOf(reason),
    rejection_details: extrasOf(refusal, currency, eventNumber),
  };
}

/** Place in line and estimated wait; null where this event has no pace yet. */
export function presentLine(line: NonNullable<BookingView["line"]>): Record<string, unknown> {
  const { position, decidedPerSecond } = line;
  const waitMs = decidedPerSecond ? Math.ceil((position / decidedPerSecond) * 1_000) : null;
  return { position, estimated_wait_ms: waitMs };
}

/** A seat of a booking as 004 prints it; the same price for each. */
function presentSeats(booking: BookingView, seating: Seating | null): Record<string, unknown>[] {
  const { seats, eventNumber, unitPriceMinor, currency } = booking;
  if (seats === null || seating === null) return [];
  const price = unitPriceMinor === null ? null : fromMinor(unitPriceMinor, currency);
  return seats.map((seat) => {
    const { section, row, number } = seatPlace(seating, seat);
    return { id: seatIdOf(eventNumber, seat), section, row, seat_number: number, price };
  });
}

/** Where a booking is paid. */
export function paymentUrlOf(bookingId: string): string {
  return `/api/v1/payments/initiate/${bookingId}`;
}

/** Whether a booking is held for money. @param requiresPayment its event's rule */
export function isDue({ status, totalMinor }: BookingView, requiresPayment: boolean): boolean {
  return requiresPayment && status === "pending" && totalMinor !== null && totalMinor > 0;
}

/** A booking flat, once more as `booking`, and where it is paid: the documents' forms of one reply. */
export function bookingReply(
  booking: BookingView,
  { seating, requiresPayment }: { readonly seating: Seating | null; readonly requiresPayment: boolean },
): Record<string, unknown> {
  const shown = presentBooking(booking, seating);
  const url = isDue(booking, requiresPayment) ? paymentUrlOf(booking.id) : null;
  return { ...shown, booking: shown, payment_url: url };
}

/** The same as JSON: the booking stands in it twice, and is written out once. */
export function bookingReplyJson(...asked: Parameters<typeof bookingReply>): string {
  const { booking, payment_url: url } = bookingReply(...asked);
  const text = JSON.stringify(booking);
  return `${text.slice(0, -1)},"booking":${text},"payment_url":${JSON.stringify(url)}}`;
}

/** A booking as the canonical surface shows it. @param seating its event's, where the booking has seats */
export function presentBooking(booking: BookingView, seating: Seating | null): Record<string, unknown> {
  const { currency } = booking;
  const amount = (minor: number | null) => (minor === null ? null : fromMinor(minor, currency));
  const startsAt = iso(booking.startsAt);
  return underAllNames("booking", {
    id: booking.id,
    booking_reference: booking.reference,
    user_id: booking.userId,
    event_id: booking.eventId,
    quantity: booking.quantity,
    tier: booking.tier,
    seats: presentSeats(booking, seating),
    price: amount(booking.unitPriceMinor),
    price_version: booking.priceVersion,
    total_amount: amount(booking.totalMinor),
    refund_amount: amount(booking.refundMinor),
    refund_status: booking.refundStatus,
    currency,
    promo_code: booking.promoCode,
    status: booking.status,
    expires_at: iso(booking.expiresAt),
    waitlist_id: booking.waitlistId,
    replaces: booking.replaces,
    ...refusalOf(booking),
    ...(booking.line === null ? {} : presentLine(booking.line)),
    created_at: iso(booking.createdAt),
    updated_at: iso(booking.updatedAt),
    event: underAllNames("event", {
      id: booking.eventId,
      name: booking.eventName,
      venue: booking.venue,
      event_date: startsAt,
    }),
    event_name: booking.eventName,
    venue: booking.venue,
    event_date: startsAt,
  });
}

/** The booking that a decision made, without asking the database for what the ledger already says. */
export function bookingOf(
  entry: LedgerEntry,
  outcome: BookingConfirmed | BookingHeld,
  event: EventView,
): BookingView {
  const { bookingId, userId, quantity, unitPriceMinor } = outcome;
  const isHeld = outcome.type === "BookingHeld";
  return {
    id: bookingId,
    eventId: entry.eventId,
    userId,
    status: isHeld ? "pending" : "confirmed",
    reference: referenceOf(bookingId),
    tier: event.tiers[outcome.tier]?.name ?? null,
    quantity,
    unitPriceMinor,
    priceVersion: outcome.priceVersion ?? null,
    totalMinor: unitPriceMinor * quantity,
    refundMinor: 0,
    refundStatus: null,
    seats: outcome.seats ?? null,
    expiresAt: isHeld ? outcome.expiresAt : null,
    promoCode: outcome.promoCode ?? null,
    waitlistId: null,
    replaces: null,
    issue: 1,
    checkIns: [],
    reason: null,
    facts: null,
    createdAt: timeOf(bookingId),
    updatedAt: entry.decidedAt,
    currency: event.currency,
    eventNumber: event.number,
    eventName: event.name,
    venue: event.venue,
    startsAt: event.startsAt,
    line: null,
  };
}
