import type { Decision } from "../outcome.ts";
import type { World } from "../state.ts";
import { refuse } from "./refuse.ts";

/** Cancels the event. Its bookings follow in bounded turns, see `dueCommands`. */
export function cancelEvent({ state }: World): Decision {
  if (state.status === "cancelled") return refuse("EventAlreadyCancelled");
  if (state.status === "completed") return refuse("EventOver");
  return [{ type: "EventCancelled", bookings: state.bookings + state.holds.size }];
}
