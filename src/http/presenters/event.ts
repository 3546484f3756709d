import { fromMinor } from "../../domain/money.ts";
import { endOf } from "../../domain/state.ts";
import type { EventView } from "../../domain/views.ts";
import { iso } from "./time.ts";

/**
 * An event as the canonical surface shows it. One fact has one value under each name the documents use:
 * `event_date` = `start_time`, `total_capacity` = `capacity`, `price` = `min_price`, the cheapest tier's.
 */
export function presentEvent(event: EventView, nowMs: number): Record<string, unknown> {
  const { currency, tiers } = event;
  const prices = tiers.map(({ priceMinor }) => fromMinor(priceMinor, currency));
  const capacity = sum(tiers.map((tier) => tier.capacity));
  const available = sum(tiers.map((tier) => tier.capacity - tier.held - tier.sold));
  return {
    id: event.eventId,
    name: event.name,
    description: event.description,
    venue: event.venue,
    category: event.category,
    event_date: iso(event.startsAt),
    start_time: iso(event.startsAt),
    end_time: iso(event.endsAt),
    total_capacity: capacity,
    capacity,
    available_seats: available,
    sold_seats: sum(tiers.map((tier) => tier.sold)),
    price: Math.min(...prices),
    min_price: Math.min(...prices),
    max_price: Math.max(...prices),
    price_tiers: tiers.map((tier) => ({
      tier: tier.name,
      price: fromMinor(tier.priceMinor, currency),
      capacity: tier.capacity,
      available: tier.capacity - tier.held - tier.sold,
    })),
    currency,
    status: event.status,
    phase: phaseOf(event, nowMs),
    sale_status: event.saleStatus === "open" && available === 0 ? "sold_out" : event.saleStatus,
    sale_starts_at: iso(event.saleStartsAt),
    sale_ends_at: iso(event.saleEndsAt),
    max_tickets_per_booking: event.ticketsPerBookingMax,
    max_tickets_per_user: event.ticketsPerUserMax,
    cancellation: cancellationOf(event),
    version: event.version,
    seq: event.seq,
    created_at: iso(event.createdAt),
    updated_at: iso(event.updatedAt),
  };
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

/** `"<version>.<seq>"`: the organiser's changes and, behind the point, every decision since. */
export function etagOf(event: Pick<EventView, "version" | "seq">): string {
  return `"${event.version}.${event.seq}"`;
}

function sum(values: readonly number[]): number {
  return values.reduce((total, value) => total + value, 0);
}
