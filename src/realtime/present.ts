import { type BookingId, referenceOf, type UserId } from "../domain/ids.ts";
import type { LedgerEntry } from "../domain/ledger.ts";
import { fromMinor } from "../domain/money.ts";
import type {
  BookingCancelled,
  BookingConfirmed,
  BookingHeld,
  BookingReduced,
  BookingRejected,
  BookingTransferred,
  HoldExpired,
  OfferMade,
  WaitlistJoined,
} from "../domain/outcome.ts";
import type { Refusal } from "../domain/refusal.ts";
import { availableIn, availableSeats } from "../domain/state.ts";
import type { EventView } from "../domain/views.ts";
import type { BookingPush } from "./pushes.ts";

type Fields = Readonly<Record<string, unknown>>;

/** How the API shows what pushes show too, so that both use the same names. */
export interface Presenters {
  /** An event's public fields. */
  readonly event: (event: EventView) => Fields;
  /** `code`, `message` and the facts of a refusal. */
  readonly refusal: (refusal: Refusal, currency: string) => Fields;
}

/** What of an event never changes and is needed to show its bookings. */
export interface EventCard {
  readonly currency: string;
  /** By position. Tiers are added, never renamed. */
  readonly tiers: readonly string[];
}

export type BookingOutcome =
  | BookingConfirmed
  | BookingHeld
  | OfferMade
  | HoldExpired
  | BookingCancelled
  | BookingReduced
  | BookingTransferred
  | BookingRejected
  | WaitlistJoined;

/** Whom an outcome is told. */
export function personOf(outcome: BookingOutcome): UserId {
  return outcome.type === "BookingTransferred" ? outcome.toUserId : outcome.userId;
}

/** What is left of an event, in total and by tier; `seq` is the ledger number it was read at. */
export function presentAvailability(event: EventView): Fields {
  const { eventId, tiers, currency, seq } = event;
  return {
    event_id: eventId,
    available_seats: availableSeats({ tiers }),
    total_capacity: tiers.reduce((sum, tier) => sum + tier.capacity, 0),
    tiers: tiers.map((tier) => ({
      tier: tier.name,
      available: availableIn(tier),
      price: fromMinor(tier.priceMinor, currency),
    })),
    seq,
  };
}

/** The push that an outcome is to the person it concerns. */
export function presentBookingPush(
  entry: LedgerEntry,
  outcome: BookingOutcome,
  card: EventCard,
  presenters: Presenters,
): { readonly name: BookingPush; readonly data: Fields } {
  const { name, ...data } = fieldsOf(outcome, card, presenters);
  const common = {
    booking_id: outcome.type === "WaitlistJoined" ? null : outcome.bookingId,
    event_id: entry.eventId,
    quantity: outcome.quantity,
    currency: card.currency,
    seq: entry.seq,
    decided_at: new Date(entry.decidedAt).toISOString(),
  };
  return { name, data: { ...common, ...data } };
}

function fieldsOf(
  outcome: BookingOutcome,
  { currency, tiers }: EventCard,
  presenters: Presenters,
): { readonly name: BookingPush } & Fields {
  const ticketsOf = (tickets: { readonly bookingId: BookingId; readonly tier: number }) => ({
    booking_reference: referenceOf(tickets.bookingId),
    tier: tiers[tickets.tier] ?? null,
  });
  const priced = (booking: BookingConfirmed | BookingHeld | OfferMade) => ({
    ...ticketsOf(booking),
    total_amount: fromMinor(booking.unitPriceMinor * booking.quantity, currency),
  });
  switch (outcome.type) {
    case "BookingConfirmed":
      return { name: "booking_confirmed", status: "confirmed", ...priced(outcome) };
    case "BookingHeld":
      return { name: "booking_pending", status: "pending", ...priced(outcome), ...untilOf(outcome) };
    case "OfferMade":
      return {
        name: "waitlist_promoted",
        status: "pending",
        waitlist_id: outcome.entryId,
        ...priced(outcome),
        ...untilOf(outcome),
      };
    case "HoldExpired":
      return { name: "booking_expired", status: "expired", ...ticketsOf(outcome) };
    case "BookingCancelled":
    case "BookingReduced": {
      const refunded = { refund_amount: fromMinor(outcome.refundMinor, currency) };
      const status = outcome.type === "BookingCancelled" ? "cancelled" : "confirmed";
      return { name: "booking_cancelled", status, ...ticketsOf(outcome), ...refunded };
    }
    case "BookingTransferred":
      return {
        name: "booking_confirmed",
        status: "confirmed",
        booking_reference: referenceOf(outcome.bookingId),
      };
    case "WaitlistJoined":
      return { name: "booking_waitlisted", status: "waitlisted", waitlist_id: outcome.entryId };
    case "BookingRejected":
      // Who took a request back while it was in line has cancelled it: that is how a GET shows it, too.
      return outcome.reason === "Withdrawn"
        ? { name: "booking_cancelled", status: "cancelled", booking_reference: null, refund_amount: 0 }
        : {
            name: "booking_rejected",
            status: "rejected",
            booking_reference: null,
            ...presenters.refusal(outcome, currency),
          };
    default:
      return outcome satisfies never;
  }
}

function untilOf({ expiresAt }: BookingHeld | OfferMade): Fields {
  return { expires_at: new Date(expiresAt).toISOString() };
}
