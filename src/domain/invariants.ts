import { seatCounts } from "./seat-map.ts";
import type { EventState } from "./state.ts";

/**
 * Whether a state is possible at all: stock never negative and never above capacity, codes within their limit. Cheap
 * enough for every turn; `auditState` looks at everything.
 * @throws Error in the words of a log reader. A turn that meets it is not committed.
 */
export function assertInvariants(state: EventState): void {
  assertStock(state);
  for (const { code, used, usesMax } of state.promoCodes.values()) {
    if (used < 0 || (usesMax !== null && used > usesMax)) {
      throw new Error(`invariant: event ${state.eventId}, code ${code} is used ${used} of ${usesMax} times`);
    }
  }
  if (state.bookings < 0) throw new Error(`invariant: event ${state.eventId} has ${state.bookings} bookings`);
}

/**
 * Whether held, sold and blocked tickets lie within every tier's capacity. Cheap enough for every decision.
 * @throws Error naming the tier.
 */
export function assertStock({ eventId, tiers }: EventState): void {
  for (const { name, capacity, held, sold, blocked } of tiers) {
    if (held < 0 || sold < 0 || blocked < 0 || held + sold + blocked > capacity) {
      throw new Error(
        `invariant: event ${eventId}, tier ${name}: held ${held} + sold ${sold} + blocked ${blocked} must lie within capacity ${capacity}`,
      );
    }
  }
}

/**
 * Whether everything that is kept twice says the same: holds and counters, seats and counters, holds by person.
 * @throws Error naming what differs.
 */
export function auditState(state: EventState): void {
  assertInvariants(state);
  const held = state.tiers.map(() => 0);
  const byUser = new Map<string, number>();
  for (const hold of state.holds.values()) {
    held[hold.tier] = (held[hold.tier] ?? 0) + hold.quantity;
    if (hold.entryId === null) byUser.set(hold.userId, (byUser.get(hold.userId) ?? 0) + 1);
  }
  const counts = state.seatMap === null ? [] : seatCounts(state.seatMap);
  for (const [at, tier] of state.tiers.entries()) {
    same(`tier ${tier.name}: held, by counter and by holds`, tier.held, held[at] ?? 0);
    if (!tier.isSeated) continue;
    const seats = counts[at] ?? { held: 0, sold: 0, blocked: 0 };
    same(`tier ${tier.name}: held, by counter and by seats`, tier.held, seats.held);
    same(`tier ${tier.name}: sold, by counter and by seats`, tier.sold, seats.sold);
    same(`tier ${tier.name}: blocked, by counter and by seats`, tier.blocked, seats.blocked);
  }
  same("persons with holds", state.holdsByUser.size, byUser.size);
  for (const [user, count] of byUser)
    same(`holds of ${user}`, state.holdsByUser.get(user as never) ?? 0, count);
}

function same(what: string, one: number, other: number): void {
  if (one !== other) throw new Error(`invariant: ${what} differ: ${one} and ${other}`);
}
