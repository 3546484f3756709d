import type { EventDraft, SaleRules } from "./event-draft.ts";
import type { BookingId, EntryId, EventId, PaymentId, UserId } from "./ids.ts";
import type { SaleStatus, Tickets } from "./outcome.ts";
import type { PromoCode } from "./promo-code.ts";
import { newSeatMap, type SeatMap } from "./seat-map.ts";
import { seatingOf } from "./seating.ts";
import type { CheckIn } from "./ticket.ts";
import { emptyLine, type Line } from "./waitlist.ts";

/** A priced part of the capacity. `available + held + sold + blocked = capacity`. */
export interface Tier {
  readonly name: string;
  priceMinor: number;
  capacity: number;
  held: number;
  sold: number;
  /** Seats that the organiser took off sale. */
  blocked: number;
  readonly isSeated: boolean;
  isRestricted: boolean;
  /** The version of the event that brought this price. */
  pricedAt: number;
  /** The same where it is on record who chose the price; null: the tier's first, or from before that was recorded. */
  priceVersion: number | null;
}

/** A payment that the provider has not decided. */
export interface OpenPayment {
  readonly id: PaymentId;
  readonly amountMinor: number;
  readonly method: "token" | "checkout";
  readonly resultId: BookingId;
  /** When the provider is asked to end it. */
  readonly until: number;
  /** Whether it was asked to. */
  isCancelling: boolean;
}

/** Tickets kept for a buyer: a booking that is `pending`. */
export interface Hold {
  readonly id: BookingId;
  userId: UserId;
  readonly tier: number;
  readonly quantity: number;
  readonly seats: readonly number[] | null;
  readonly unitPriceMinor: number;
  /** Which price of its tier that was, see `Tier`. */
  readonly priceVersion: number | null;
  readonly promoCode: string | null;
  /** The waitlist entry that it is an offer to. */
  readonly entryId: EntryId | null;
  expiresAt: number;
  /** Until when it was held at first: what payments may add to it counts from there, however many are tried. */
  readonly heldUntil: number;
  payment: OpenPayment | null;
}

/**
 * What an event's actor keeps in memory between turns. Times are Unix milliseconds of the database's clock.
 * The state machines are drawn in ARCHITECTURE.md.
 */
export interface EventState extends Mutable<SaleRules> {
  readonly eventId: EventId;
  version: number;
  status: "active" | "cancelled" | "completed";
  saleStatus: SaleStatus;
  isPaused: boolean;
  startsAt: number;
  endsAt: number | null;
  saleStartsAt: number | null;
  saleEndsAt: number | null;
  tiers: Tier[];
  readonly seatMap: SeatMap | null;
  readonly holds: Map<BookingId, Hold>;
  /** How many holds a person has that are no offers; nobody with none is in it. */
  readonly holdsByUser: Map<UserId, number>;
  readonly promoCodes: Map<string, PromoCode>;
  readonly line: Line;
  /** More can be offered to the line at once than one decision did. */
  isLineUnserved: boolean;
  /** Confirmed bookings. */
  bookings: number;
  /** Progress of cancelling every booking of a cancelled event. */
  cancellation: { total: number; done: number } | null;
  /** What the cancellation of the event gave back; what customers cancelled themselves is not in it. */
  refunds: { count: number; minor: number };
  /** Bookings cancelled while they waited in line. */
  readonly withdrawn: Set<BookingId>;
}

type Mutable<T> = { -readonly [Key in keyof T]: T[Key] };

/** A booking that is no hold (any more). */
export interface Booking {
  readonly id: BookingId;
  userId: UserId;
  tier: number;
  quantity: number;
  seats: readonly number[] | null;
  unitPriceMinor: number;
  priceVersion: number | null;
  status: "confirmed" | "cancelled" | "expired";
  refundMinor: number;
  /** What it was paid by; of a lapsed one, what paid for the booking that stands in for it. */
  paymentId: PaymentId | null;
  readonly promoCode: string | null;
  /** Of its tickets: 1 at first, one more whenever they are handed on or exchanged. */
  issue: number;
  checkIns: readonly CheckIn[];
}

export interface Payment {
  readonly id: PaymentId;
  readonly bookingId: BookingId;
  readonly userId: UserId;
  readonly amountMinor: number;
  state: "open" | "captured" | "failed";
  capturedMinor: number;
  /** Owed to the buyer or paid back already. */
  refundMinor: number;
}

/**
 * A state with the cold rows that one turn's commands name. `apply` changes both, so that two commands of
 * one buyer in one batch see each other.
 */
export interface World {
  readonly state: EventState;
  readonly bookings: Map<BookingId, Booking>;
  readonly payments: Map<PaymentId, Payment>;
  /** Requests that were decided but never became a booking. */
  readonly rejected: ReadonlySet<BookingId>;
  /** Live tickets by buyer, held ones included; filled only where the event limits them. */
  readonly tickets: Map<UserId, number>;
}

/** The tickets of a hold or a booking, as outcomes name them. */
export function ticketsOf(held: Pick<Booking, "id" | "userId" | "tier" | "quantity" | "seats">): Tickets {
  const { id: bookingId, userId, tier, quantity, seats } = held;
  return { bookingId, userId, tier, quantity, ...(seats === null ? {} : { seats }) };
}

export function availableIn(tier: Pick<Tier, "capacity" | "held" | "sold" | "blocked">): number {
  return tier.capacity - tier.held - tier.sold - tier.blocked;
}

export function availableSeats(state: {
  readonly tiers: readonly Pick<Tier, "capacity" | "held" | "sold" | "blocked">[];
}): number {
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

/** How events sold that were created before there were rules for it. */
const FIRST_RULES = {
  requiresPayment: false,
  holdTtlMs: 300_000,
  offerTtlMs: 900_000,
  holdsPerUserMax: 4,
  refundPolicy: { type: "full" },
} as const satisfies Partial<SaleRules>;

export function initialState(stated: EventDraft, saleStatus: SaleStatus): EventState {
  const draft: EventDraft = { ...FIRST_RULES, ...stated };
  return {
    eventId: draft.eventId,
    version: 1,
    status: "active",
    saleStatus,
    isPaused: false,
    startsAt: draft.startsAt,
    endsAt: draft.endsAt,
    saleStartsAt: draft.saleStartsAt,
    saleEndsAt: draft.saleEndsAt,
    ticketsPerBookingMax: draft.ticketsPerBookingMax,
    ticketsPerUserMax: draft.ticketsPerUserMax,
    requiresPayment: draft.requiresPayment,
    holdTtlMs: draft.holdTtlMs,
    offerTtlMs: draft.offerTtlMs,
    holdsPerUserMax: draft.holdsPerUserMax,
    refundPolicy: draft.refundPolicy,
    tiers: draft.tiers.map(({ name, priceMinor, capacity, isSeated = false, isRestricted = false }) => ({
      name,
      priceMinor,
      capacity,
      held: 0,
      sold: 0,
      blocked: 0,
      isSeated,
      isRestricted,
      pricedAt: 1,
      priceVersion: null,
    })),
    // The ledgers of the first version do not mention seats.
    seatMap: draft.seating == null ? null : newSeatMap(seatingOf(draft.seating)),
    holds: new Map(),
    holdsByUser: new Map(),
    promoCodes: new Map(),
    line: emptyLine(),
    isLineUnserved: false,
    bookings: 0,
    cancellation: null,
    refunds: { count: 0, minor: 0 },
    withdrawn: new Set(),
  };
}
