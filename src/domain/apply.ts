import type { EventChanges } from "./command.ts";
import type { BookingCancelled, BookingConfirmed, EventChanged, Outcome } from "./outcome.ts";
import type { EventState, Tier, World } from "./state.ts";

/** The only pen: writes an outcome into the state and the cold rows beside it. */
export function apply(world: World, outcome: Outcome): void {
  const { state } = world;
  switch (outcome.type) {
    case "BookingConfirmed":
      confirm(world, outcome);
      return;
    case "BookingCancelled":
      cancel(world, outcome);
      return;
    case "BookingRejected":
      if (outcome.reason === "Withdrawn") state.withdrawn.delete(outcome.bookingId);
      return;
    case "BookingWithdrawn":
      state.withdrawn.add(outcome.bookingId);
      return;
    case "EventChanged":
      change(state, outcome);
      return;
    case "EventCancelled":
      state.status = "cancelled";
      state.saleStatus = "closed";
      state.cancellation = { total: outcome.bookings, done: 0 };
      return;
    case "SaleOpened":
      state.saleStatus = "open";
      return;
    case "SaleClosed":
      state.saleStatus = "closed";
      return;
    case "EventCompleted":
      state.status = "completed";
      return;
    case "EventCreated":
    case "CommandRefused":
      return;
    default:
      outcome satisfies never;
  }
}

function tierAt(state: EventState, position: number): Tier {
  const tier = state.tiers[position];
  if (tier === undefined) throw new Error(`invariant: event ${state.eventId} has no tier ${position}`);
  return tier;
}

function confirm({ state, bookings, tickets }: World, outcome: BookingConfirmed): void {
  const { bookingId, userId, tier, quantity, unitPriceMinor } = outcome;
  tierAt(state, tier).sold += quantity;
  state.bookings += 1;
  bookings.set(bookingId, {
    id: bookingId,
    userId,
    tier,
    quantity,
    unitPriceMinor,
    status: "confirmed",
    refundMinor: 0,
  });
  tickets.set(userId, (tickets.get(userId) ?? 0) + quantity);
}

function cancel({ state, bookings, tickets }: World, outcome: BookingCancelled): void {
  const { bookingId, userId, tier, quantity, refundMinor, by } = outcome;
  const booking = bookings.get(bookingId);
  if (booking === undefined) throw new Error(`invariant: no booking ${bookingId} to cancel`);
  booking.status = "cancelled";
  booking.refundMinor = refundMinor;
  tierAt(state, tier).sold -= quantity;
  state.bookings -= 1;
  if (by === "event" && state.cancellation !== null) {
    state.cancellation.done += 1;
    state.refunds.count += 1;
    state.refunds.minor += refundMinor;
  }
  // A customer may cancel while the cancellation of the whole event is on its way.
  else if (state.cancellation !== null) state.cancellation.total -= 1;
  tickets.set(userId, (tickets.get(userId) ?? 0) - quantity);
}

function change(state: EventState, { changes, saleStatus, version }: EventChanged): void {
  state.version = version;
  state.saleStatus = saleStatus;
  state.startsAt = changes.startsAt ?? state.startsAt;
  if (changes.endsAt !== undefined) state.endsAt = changes.endsAt;
  if (changes.saleStartsAt !== undefined) state.saleStartsAt = changes.saleStartsAt;
  if (changes.saleEndsAt !== undefined) state.saleEndsAt = changes.saleEndsAt;
  state.ticketsPerBookingMax = changes.ticketsPerBookingMax ?? state.ticketsPerBookingMax;
  if (changes.ticketsPerUserMax !== undefined) state.ticketsPerUserMax = changes.ticketsPerUserMax;
  for (const tier of changes.tiers ?? []) changeTier(state, tier);
}

function changeTier(state: EventState, change: NonNullable<EventChanges["tiers"]>[number]): void {
  const tier = state.tiers.find(({ name }) => name === change.name);
  if (tier === undefined) {
    const { name, priceMinor = 0, capacity = 0 } = change;
    state.tiers.push({ name, priceMinor, capacity, held: 0, sold: 0 });
    return;
  }
  tier.priceMinor = change.priceMinor ?? tier.priceMinor;
  tier.capacity = change.capacity ?? tier.capacity;
}
