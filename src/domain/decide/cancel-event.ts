import type { CancelEvent } from "../command.ts";
import type { Decision } from "../outcome.ts";
import type { World } from "../state.ts";
import { refuse } from "./refuse.ts";

/** Cancels the event. Its bookings follow in bounded turns, see `dueCommands`. */
export function cancelEvent({ state }: World, { unlessBooked }: CancelEvent): Decision {
  if (state.status === "cancelled") return refuse("EventAlreadyCancelled");
  if (state.status === "completed") return refuse("EventOver");
  const bookings = state.bookings + state.holds.size;
  if (unlessBooked && bookings > 0) return refuse("EventHasBookings", { quantity: bookings });
  return [{ type: "EventCancelled", bookings }];
}
