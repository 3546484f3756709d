import type { EventChanges, SaleRules, TierChange } from "../event-draft.ts";
import type { EventCancelled, EventChanged, SaleMoved, SeatsBlocked } from "../outcome.ts";
import { SEAT, setSeats } from "../seat-map.ts";
import { seatPlace } from "../seating.ts";
import type { EventState } from "../state.ts";
import { PRIORITIES } from "../waitlist.ts";
import { tierAt } from "./stock.ts";

export function applyChanged(
  state: EventState,
  { changes, saleStatus, version, priceVersion }: EventChanged,
): void {
  state.version = version;
  state.saleStatus = saleStatus;
  if (saleStatus === "closed") state.isPaused = false;
  if (saleStatus !== "open") state.isLineUnserved = false;
  state.startsAt = changes.startsAt ?? state.startsAt;
  if (changes.endsAt !== undefined) state.endsAt = changes.endsAt;
  if (changes.saleStartsAt !== undefined) state.saleStartsAt = changes.saleStartsAt;
  if (changes.saleEndsAt !== undefined) state.saleEndsAt = changes.saleEndsAt;
  Object.assign(state, rulesIn(changes));
  for (const tier of changes.tiers ?? []) changeTier(state, tier, priceVersion ?? null);
}

/** The rules of sale among the changes, those that are there. */
function rulesIn(changes: EventChanges): Partial<SaleRules> {
  const { ticketsPerBookingMax, ticketsPerUserMax, requiresPayment } = changes;
  const { holdTtlMs, offerTtlMs, holdsPerUserMax, refundPolicy } = changes;
  const rules = {
    ticketsPerBookingMax,
    ticketsPerUserMax,
    requiresPayment,
    holdTtlMs,
    offerTtlMs,
    holdsPerUserMax,
    refundPolicy,
  };
  return Object.fromEntries(Object.entries(rules).filter(([, value]) => value !== undefined));
}

function changeTier(state: EventState, change: TierChange, priceVersion: number | null): void {
  const tier = state.tiers.find(({ name }) => name === change.name);
  const pricedAt = state.version;
  if (tier === undefined) {
    const { name, priceMinor = 0, capacity = 0, isRestricted = false } = change;
    const stock = { held: 0, sold: 0, blocked: 0 };
    const prices = { priceMinor, pricedAt, priceVersion };
    state.tiers.push({ name, ...prices, capacity, ...stock, isSeated: false, isRestricted });
    return;
  }
  if (change.priceMinor !== undefined && change.priceMinor !== tier.priceMinor) {
    tier.priceMinor = change.priceMinor;
    tier.pricedAt = pricedAt;
    tier.priceVersion = priceVersion;
  }
  tier.capacity = change.capacity ?? tier.capacity;
  if (change.isRestricted !== undefined && change.isRestricted !== tier.isRestricted) {
    tier.isRestricted = change.isRestricted;
    // Another tier may be the cheapest now, of those that are open to all.
    tier.pricedAt = pricedAt;
  }
}

export function applyEventCancelled(state: EventState, { bookings }: EventCancelled): void {
  state.status = "cancelled";
  state.saleStatus = "closed";
  state.isPaused = false;
  state.cancellation = { total: bookings, done: 0 };
  dissolveLine(state);
}

/** There is nothing to wait for any more. */
function dissolveLine(state: EventState): void {
  for (const priority of PRIORITIES) state.line[priority].clear();
  state.isLineUnserved = false;
}

export function applySaleMoved(state: EventState, { type }: SaleMoved): void {
  switch (type) {
    case "SaleOpened":
      state.saleStatus = "open";
      return;
    case "SaleClosed":
      state.saleStatus = "closed";
      state.isPaused = false;
      state.isLineUnserved = false;
      return;
    case "SalePaused":
      state.isPaused = true;
      return;
    case "SaleResumed":
      state.isPaused = false;
      return;
    case "EventCompleted":
      state.status = "completed";
      state.isPaused = false;
      dissolveLine(state);
      return;
    default:
      void (type satisfies never);
  }
}

export function applySeatsBlocked(state: EventState, { type, seats }: SeatsBlocked): void {
  const { seatMap } = state;
  if (seatMap === null) throw new Error(`invariant: event ${state.eventId} has no seats`);
  const isBlocking = type === "SeatsBlocked";
  setSeats(seatMap, seats, isBlocking ? SEAT.blocked : SEAT.free);
  for (const seat of seats) {
    tierAt(state, seatPlace(seatMap.seating, seat).tier).blocked += isBlocking ? 1 : -1;
  }
}
