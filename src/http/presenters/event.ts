import type { SaleRules } from "../../domain/event-draft.ts";
import { fromMinor } from "../../domain/money.ts";
import type { RefundPolicy } from "../../domain/refund-policy.ts";
import { availableIn, availableSeats, endOf } from "../../domain/state.ts";
import type { EventView } from "../../domain/views.ts";
import { underAllNames } from "../names.ts";
import { iso } from "./time.ts";
import { presentEventVenue } from "./venue.ts";

const SECOND_MS = 1_000;

/** An event as the canonical surface shows it; `price` is the cheapest tier's. */
export function presentEvent(event: EventView, nowMs: number): Record<string, unknown> {
  const { currency, tiers } = event;
  const prices = shownPrices(event);
  return underAllNames("event", {
    id: event.eventId,
    name: event.name,
    description: event.description,
    venue: event.venue,
    venue_id: event.venueId,
    venue_details: event.venueDetails === null ? null : presentEventVenue(event.venueDetails),
    category: event.category,
    event_date: iso(event.startsAt),
    end_time: iso(event.endsAt),
    total_capacity: sum(tiers.map((tier) => tier.capacity)),
    available_seats: availableSeats(event),
    sold_seats: sum(tiers.map((tier) => tier.sold)),
    price: Math.min(...prices),
    min_price: Math.min(...prices),
    max_price: Math.max(...prices),
    price_tiers: tiers.map((tier) => ({
      tier: tier.name,
      price: fromMinor(tier.priceMinor, currency),
      capacity: tier.capacity,
      available: availableIn(tier),
      seated: tier.isSeated,
      restricted: tier.isRestricted,
    })),
    currency,
    status: event.status,
    phase: phaseOf(event, nowMs),
    sale_status: saleStatusOf(event),
    sale_starts_at: iso(event.saleStartsAt),
    sale_ends_at: iso(event.saleEndsAt),
    seated: event.isSeated,
    ...presentRules(event),
    cancellation: cancellationOf(event),
    version: event.version,
    seq: event.seq,
    created_at: iso(event.createdAt),
    updated_at: iso(event.updatedAt),
  });
}

function presentRules(rules: SaleRules): Record<string, unknown> {
  return {
    max_tickets_per_booking: rules.ticketsPerBookingMax,
    max_tickets_per_user: rules.ticketsPerUserMax,
    requires_payment: rules.requiresPayment,
    hold_ttl_seconds: rules.holdTtlMs / SECOND_MS,
    offer_ttl_seconds: rules.offerTtlMs / SECOND_MS,
    max_holds_per_user: rules.holdsPerUserMax,
    refund_policy: presentRefundPolicy(rules.refundPolicy),
  };
}

/** As it was stated, so that it can be sent back. */
export function presentRefundPolicy(policy: RefundPolicy): unknown {
  if (policy.type !== "percentage") return policy.type;
  const steps = policy.steps.map(({ hoursBefore, percent }) => ({ hours_before: hoursBefore, percent }));
  return { type: "percentage", steps };
}

/** Of what anybody can buy; where a code is needed for everything, of everything. */
function shownPrices({ tiers, currency }: EventView): number[] {
  const open = tiers.filter(({ isRestricted }) => !isRestricted);
  return (open.length === 0 ? tiers : open).map(({ priceMinor }) => fromMinor(priceMinor, currency));
}

/** A sale that is over is told before one that is paused, and that before one without stock. */
function saleStatusOf(event: EventView): string {
  if (event.saleStatus !== "closed" && event.isPaused) return "paused";
  return event.saleStatus === "open" && availableSeats(event) === 0 ? "sold_out" : event.saleStatus;
}

function phaseOf(event: EventView, nowMs: number): "upcoming" | "ongoing" | "completed" {
  if (event.status === "completed" || nowMs >= endOf(event)) return "completed";
  return nowMs >= event.startsAt ? "ongoing" : "upcoming";
}

/** How far the cancelling of an event's bookings has come; null where the event is not cancelled. */
export function cancellationOf(event: EventView): { state: string; done: number; total: number } | null {
  const { cancellationTotal: total, cancellationDone: done } = event;
  return total === null ? null : { state: done < total ? "processing" : "finished", done, total };
}

/**
 * `"<version>.<seq>"`: the organiser's changes, every decision since and, where it has one, its venue's version. From its
 * beginning on its phase is the last part: that follows the clock, and no decision tells of it.
 */
export function etagOf(event: EventView, nowMs = Date.now()): string {
  const { version, seq, venueDetails } = event;
  const phase = phaseOf(event, nowMs);
  const parts = [version, seq, ...(venueDetails === null ? [] : [venueDetails.version])];
  return `"${[...parts, ...(phase === "upcoming" ? [] : [phase])].join(".")}"`;
}

function sum(values: readonly number[]): number {
  return values.reduce((total, value) => total + value, 0);
}
