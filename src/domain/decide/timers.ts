import type { ExpireHold, TimerCommand } from "../command.ts";
import type { BookingId } from "../ids.ts";
import type { Decision } from "../outcome.ts";
import { type EventState, endOf, type Hold, saleEndOf, ticketsOf, type World } from "../state.ts";
import { refuse } from "./refuse.ts";
import { isServing } from "./waitlist.ts";

export function timerRings({ type }: TimerCommand): Decision {
  switch (type) {
    case "OpenSale":
      return [{ type: "SaleOpened" }];
    case "CloseSale":
      return [{ type: "SaleClosed" }];
    case "CompleteEvent":
      return [{ type: "EventCompleted" }];
    case "ServeWaitlist":
      return [{ type: "WaitlistProcessed" }];
    default:
      return type satisfies never;
  }
}

/** Releases a hold; but never while its payment is undecided: then the provider has to end that first. */
export function expireHold({ state }: World, { bookingId }: ExpireHold): Decision {
  const held = state.holds.get(bookingId);
  if (held === undefined) return refuse("BookingNotFound");
  const { userId, payment } = held;
  if (payment === null) return [{ type: "HoldExpired", ...ticketsOf(held) }];
  if (payment.isCancelling) return refuse("PaymentUnderWay", { paymentId: payment.id });
  return [{ type: "PaymentCancelRequested", paymentId: payment.id, bookingId, userId }];
}

/** What the clock alone has brought about by `now`, in the order in which it came about. */
export function dueTimers(state: EventState, now: number): TimerCommand["type"][] {
  if (state.status !== "active") return [];
  const due: TimerCommand["type"][] = [];
  const closing = state.saleStatus !== "closed" && now >= saleEndOf(state);
  if (state.saleStatus === "scheduled" && now >= (state.saleStartsAt ?? 0) && !closing) due.push("OpenSale");
  if (closing) due.push("CloseSale");
  if (now >= endOf(state)) due.push("CompleteEvent");
  if (state.isLineUnserved && isServing(state)) due.push("ServeWaitlist");
  return due;
}

/**
 * Holds whose time has come by `now`, those that waited longest first, at most `countMax`. Holds of one turn end at the same
 * moment; those go by id, so that a state that was loaded anew lets them expire in the same order.
 */
export function dueHolds(state: EventState, now: number, countMax: number): BookingId[] {
  if (state.status === "cancelled") return [];
  const due: { readonly id: BookingId; readonly at: number }[] = [];
  for (const held of state.holds.values()) {
    const at = dueAtOf(held);
    if (at !== null && at <= now) due.push({ id: held.id, at });
  }
  return due
    .sort((a, b) => a.at - b.at || (a.id < b.id ? -1 : 1))
    .slice(0, countMax)
    .map(({ id }) => id);
}

/** Whether more holds have come to their end by `now` than are let expire together: what they hold is not gone yet. */
export function isBehind(state: EventState, now: number, countMax: number): boolean {
  return dueHolds(state, now, countMax + 1).length > countMax;
}

/** When a hold is to be looked at; null: not before its provider has answered. */
function dueAtOf({ expiresAt, payment }: Hold): number | null {
  if (payment === null) return expiresAt;
  return payment.isCancelling ? null : payment.until;
}

/**
 * When the actor next has something to do without being asked, as Unix milliseconds. 0: at once, because
 * bookings of a cancelled event are still to be cancelled, or the line still to be served. null: never.
 */
export function nextDueAt(state: EventState): number | null {
  if (state.cancellation !== null && state.cancellation.done < state.cancellation.total) return 0;
  if (state.status === "cancelled") return null;
  if (state.isLineUnserved && isServing(state)) return 0;
  let next = nextOfSale(state);
  for (const held of state.holds.values()) {
    const at = dueAtOf(held);
    if (at !== null && (next === null || at < next)) next = at;
  }
  return next;
}

function nextOfSale(state: EventState): number | null {
  if (state.status !== "active") return null;
  if (state.saleStatus === "scheduled") return Math.min(state.saleStartsAt ?? 0, saleEndOf(state));
  if (state.saleStatus === "open") return saleEndOf(state);
  return endOf(state);
}
