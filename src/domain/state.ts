import type { EventDraft } from "./command.ts";
import type { BookingId, EventId, UserId } from "./ids.ts";
import type { SaleStatus } from "./outcome.ts";

/** A priced part of the capacity. `available + held + sold = capacity`. */
export interface Tier {
  readonly name: string;
  priceMinor: number;
  capacity: number;
  held: number;
  sold: number;
}

/**
 * What an event's actor keeps in memory between turns. Times are Unix milliseconds of the database's clock.
 *
 *   sale:   scheduled ──OpenSale──▶ open ──CloseSale──▶ closed        (ChangeEvent may move it either way)
 *   status: active ──CancelEvent──▶ cancelled      active ──CompleteEvent──▶ completed
 */
export interface EventState {
  readonly eventId: EventId;
  version: number;
  status: "active" | "cancelled" | "completed";
  saleStatus: SaleStatus;
  startsAt: number;
  endsAt: number | null;
  saleStartsAt: number | null;
  saleEndsAt: number | null;
  ticketsPerBookingMax: number;
  ticketsPerUserMax: number | null;
  tiers: Tier[];
  /** Confirmed bookings. */
  bookings: number;
  /** Progress of cancelling every booking of a cancelled event. */
  cancellation: { total: number; done: number } | null;
  /** What the cancellation of the event gave back; what customers cancelled themselves is not in it. */
  refunds: { count: number; minor: number };
  /** Bookings cancelled while they waited in line. */
  readonly withdrawn: Set<BookingId>;
}

export interface Booking {
  readonly id: BookingId;
  readonly userId: UserId;
  readonly tier: number;
  readonly quantity: number;
  readonly unitPriceMinor: number;
  status: "confirmed" | "cancelled";
  refundMinor: number;
}

/**
 * A state with the cold rows that one turn's commands name. `apply` changes both, so that two commands of
 * one buyer in one batch see each other.
 */
export interface World {
  readonly state: EventState;
  readonly bookings: Map<BookingId, Booking>;
  /** Requests that were decided but never became a booking. */
  readonly rejected: ReadonlySet<BookingId>;
  /** Live tickets by buyer; filled only where the event limits them. */
  readonly tickets: Map<UserId, number>;
}

export function availableIn(tier: Tier): number {
  return tier.capacity - tier.held - tier.sold;
}

export function availableSeats(state: Pick<EventState, "tiers">): number {
  return state.tiers.reduce((sum, tier) => sum + availableIn(tier), 0);
}

/** Without an end an event is taken to last 24 hours. */
export const DEFAULT_DURATION_MS = 86_400_000;

export function endOf(state: Pick<EventState, "startsAt" | "endsAt">): number {
  return state.endsAt ?? state.startsAt + DEFAULT_DURATION_MS;
}

/** The moment bookings end: the stated end of the sale, the start of the event at the latest. */
export function saleEndOf(state: Pick<EventState, "startsAt" | "saleEndsAt">): number {
  return Math.min(state.saleEndsAt ?? state.startsAt, state.startsAt);
}

/** Which sale status the times give at `now`. */
export function saleStatusAt(
  times: Pick<EventState, "startsAt" | "saleStartsAt" | "saleEndsAt">,
  now: number,
): SaleStatus {
  if (now >= saleEndOf(times)) return "closed";
  return times.saleStartsAt !== null && now < times.saleStartsAt ? "scheduled" : "open";
}

export function initialState(draft: EventDraft, saleStatus: SaleStatus): EventState {
  return {
    eventId: draft.eventId,
    version: 1,
    status: "active",
    saleStatus,
    startsAt: draft.startsAt,
    endsAt: draft.endsAt,
    saleStartsAt: draft.saleStartsAt,
    saleEndsAt: draft.saleEndsAt,
    ticketsPerBookingMax: draft.ticketsPerBookingMax,
    ticketsPerUserMax: draft.ticketsPerUserMax,
    tiers: draft.tiers.map((tier) => ({ ...tier, held: 0, sold: 0 })),
    bookings: 0,
    cancellation: null,
    refunds: { count: 0, minor: 0 },
    withdrawn: new Set(),
  };
}
