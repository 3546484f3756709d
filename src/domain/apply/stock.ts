import type { BookingId, EntryId, UserId } from "../ids.ts";
import { SEAT, type SeatStatus, setSeats } from "../seat-map.ts";
import type { EventState, Hold, Tier, World } from "../state.ts";
import { entryOf, headOf, type Line } from "../waitlist.ts";

/** What is taken from a tier or given back to it. */
interface Stock {
  readonly tier: number;
  readonly quantity: number;
  readonly seats?: readonly number[] | null | undefined;
}

export function tierAt(state: EventState, position: number): Tier {
  const tier = state.tiers[position];
  if (tier === undefined) throw new Error(`invariant: event ${state.eventId} has no tier ${position}`);
  return tier;
}

export function hold(state: EventState, { tier, quantity, seats }: Stock): void {
  tierAt(state, tier).held += quantity;
  mark(state, seats, SEAT.held);
}

export function sell(state: EventState, { tier, quantity, seats }: Stock): void {
  tierAt(state, tier).sold += quantity;
  mark(state, seats, SEAT.sold);
}

export function unhold(state: EventState, { tier, quantity, seats }: Stock): void {
  tierAt(state, tier).held -= quantity;
  mark(state, seats, SEAT.free);
}

export function unsell(state: EventState, { tier, quantity, seats }: Stock): void {
  tierAt(state, tier).sold -= quantity;
  mark(state, seats, SEAT.free);
}

function mark(state: EventState, seats: Stock["seats"], status: SeatStatus): void {
  if (seats == null) return;
  if (state.seatMap === null) throw new Error(`invariant: event ${state.eventId} has no seats`);
  setSeats(state.seatMap, seats, status);
}

/** Counts tickets of a person, and at their place in the waitlist, should there be a limit per person. */
export function addTickets({ state, tickets }: World, userId: UserId, quantity: number): void {
  tickets.set(userId, (tickets.get(userId) ?? 0) + quantity);
  const entry = entryOf(state.line, userId);
  if (entry !== null) entry.owned += quantity;
}

/** Takes a hold out of the state. @throws Error where there is none. */
export function takeHold(state: EventState, bookingId: BookingId): Hold {
  const found = state.holds.get(bookingId);
  if (found === undefined) throw new Error(`invariant: no hold ${bookingId}`);
  state.holds.delete(bookingId);
  if (found.entryId === null) countHold(state, found.userId, -1);
  return found;
}

export function countHold(state: EventState, userId: UserId, change: 1 | -1): void {
  const count = (state.holdsByUser.get(userId) ?? 0) + change;
  if (count === 0) state.holdsByUser.delete(userId);
  else state.holdsByUser.set(userId, count);
}

/** One booking more or less that uses a code. */
export function countUse(state: EventState, code: string | null | undefined, change: 1 | -1): void {
  if (code == null) return;
  const promo = state.promoCodes.get(code);
  if (promo === undefined) throw new Error(`invariant: event ${state.eventId} has no code ${code}`);
  promo.used += change;
}

/** Somebody else was served although this party stands at the head. */
export function countPassedOver(line: Line, entryId: EntryId | undefined): void {
  if (entryId === undefined) return;
  const head = headOf(line);
  if (head?.id !== entryId) throw new Error(`invariant: ${entryId} is not at the head of the line`);
  head.passedOver += 1;
}
