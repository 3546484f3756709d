import { referenceOf, timeOf } from "../../domain/ids.ts";
import type { LedgerEntry } from "../../domain/ledger.ts";
import { fromMinor } from "../../domain/money.ts";
import type { BookingConfirmed } from "../../domain/outcome.ts";
import type { BookingView, EventView } from "../../domain/views.ts";
import { messageOf } from "../refusals.ts";
import { iso } from "./time.ts";

/** How a booking's end is worded where a refusal ended it. */
function refusalOf(booking: BookingView): Record<string, unknown> {
  const { reason, facts, currency } = booking;
  if (reason === null) return {};
  return { rejection_reason: messageOf({ reason, facts: facts ?? {} }, currency) };
}

/** Place in line and estimated wait; null where this event has no pace yet. */
export function presentLine(line: NonNullable<BookingView["line"]>): Record<string, unknown> {
  const { position, decidedPerSecond } = line;
  const waitMs = decidedPerSecond ? Math.ceil((position / decidedPerSecond) * 1_000) : null;
  return { position, estimated_wait_ms: waitMs };
}

/** A booking as the canonical surface shows it. */
export function presentBooking(booking: BookingView): Record<string, unknown> {
  const { currency } = booking;
  const amount = (minor: number | null) => (minor === null ? null : fromMinor(minor, currency));
  const startsAt = iso(booking.startsAt);
  return {
    id: booking.id,
    booking_id: booking.id,
    booking_reference: booking.reference,
    booking_code: booking.reference,
    user_id: booking.userId,
    event_id: booking.eventId,
    quantity: booking.quantity,
    tier: booking.tier,
    price: amount(booking.unitPriceMinor),
    total_amount: amount(booking.totalMinor),
    refund_amount: amount(booking.refundMinor),
    refunded_amount: amount(booking.refundMinor),
    currency,
    status: booking.status,
    ...refusalOf(booking),
    ...(booking.line === null ? {} : presentLine(booking.line)),
    created_at: iso(booking.createdAt),
    updated_at: iso(booking.updatedAt),
    event: {
      id: booking.eventId,
      name: booking.eventName,
      venue: booking.venue,
      event_date: startsAt,
      start_time: startsAt,
    },
    event_name: booking.eventName,
    venue: booking.venue,
    event_date: startsAt,
  };
}

/** The booking that a decision made, without asking the database for what the ledger already says. */
export function bookingOf(entry: LedgerEntry, outcome: BookingConfirmed, event: EventView): BookingView {
  const { bookingId, userId, quantity, unitPriceMinor } = outcome;
  return {
    id: bookingId,
    eventId: entry.eventId,
    userId,
    status: "confirmed",
    reference: referenceOf(bookingId),
    tier: event.tiers[outcome.tier]?.name ?? null,
    quantity,
    unitPriceMinor,
    totalMinor: unitPriceMinor * quantity,
    refundMinor: 0,
    reason: null,
    facts: null,
    createdAt: timeOf(bookingId),
    updatedAt: entry.decidedAt,
    currency: event.currency,
    eventName: event.name,
    venue: event.venue,
    startsAt: event.startsAt,
    line: null,
  };
}
