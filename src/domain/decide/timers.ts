import type { TimerCommand } from "../command.ts";
import type { Decision } from "../outcome.ts";
import { type EventState, endOf, saleEndOf } from "../state.ts";

export function openOrCloseSale(command: TimerCommand): Decision {
  return [{ type: command.type === "OpenSale" ? "SaleOpened" : "SaleClosed" }];
}

export function completeEvent(): Decision {
  return [{ type: "EventCompleted" }];
}

/** What the clock alone has brought about by `now`, in the order in which it came about. */
export function dueTimers(state: EventState, now: number): TimerCommand["type"][] {
  if (state.status !== "active") return [];
  const due: TimerCommand["type"][] = [];
  const closing = state.saleStatus !== "closed" && now >= saleEndOf(state);
  if (state.saleStatus === "scheduled" && now >= (state.saleStartsAt ?? 0) && !closing) due.push("OpenSale");
  if (closing) due.push("CloseSale");
  if (now >= endOf(state)) due.push("CompleteEvent");
  return due;
}

/**
 * When the actor next has something to do without being asked, as Unix milliseconds. 0: at once, because
 * bookings of a cancelled event are still to be cancelled. null: never.
 */
export function nextDueAt(state: EventState): number | null {
  if (state.cancellation !== null && state.cancellation.done < state.cancellation.total) return 0;
  if (state.status !== "active") return null;
  if (state.saleStatus === "scheduled") return Math.min(state.saleStartsAt ?? 0, saleEndOf(state));
  if (state.saleStatus === "open") return saleEndOf(state);
  return endOf(state);
}
