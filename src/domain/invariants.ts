import type { EventState } from "./state.ts";

/**
 * Whether a state is possible at all: stock never negative and never above capacity.
 * @throws Error in the words of a log reader. A turn that meets it is not committed.
 */
export function assertInvariants(state: EventState): void {
  for (const { name, capacity, held, sold } of state.tiers) {
    if (held < 0 || sold < 0 || held + sold > capacity) {
      throw new Error(
        `invariant: event ${state.eventId}, tier ${name}: held ${held} + sold ${sold} must lie within capacity ${capacity}`,
      );
    }
  }
  if (state.bookings < 0) throw new Error(`invariant: event ${state.eventId} has ${state.bookings} bookings`);
}
