import type { Command } from "../domain/command.ts";
import type { BookingId, PaymentId, UserId } from "../domain/ids.ts";
import type { EventState } from "../domain/state.ts";
import type { ColdRequest, Envelope } from "./ports.ts";

/** What must be read before these envelopes can be decided; null where memory suffices. */
export function coldRequestFor(
  state: EventState,
  envelopes: readonly Envelope[],
  confirmedMax: number,
): ColdRequest | null {
  const isLimited =
    state.ticketsPerUserMax !== null ||
    envelopes.some(
      ({ command }) => command.type === "ChangeEvent" && command.changes.ticketsPerUserMax != null,
    );
  const named = envelopes.map(({ command }) => namedBy(command, isLimited));
  const bookingIds = unique(named.flatMap(({ bookings = [] }) => bookings));
  // A hold may lapse in this very turn before its payment is reported, which then needs room in its owner's limit.
  const holders = isLimited ? bookingIds.flatMap((id) => state.holds.get(id)?.userId ?? []) : [];
  const request = {
    eventId: state.eventId,
    bookingIds,
    paymentIds: unique(named.flatMap(({ payments = [] }) => payments)),
    ticketsOf: unique([...named.flatMap(({ users = [] }) => users), ...holders]),
    confirmedMax: isCancelling(state) ? confirmedMax : 0,
  };
  const { paymentIds, ticketsOf } = request;
  const isNothing = bookingIds.length + paymentIds.length + ticketsOf.length + request.confirmedMax === 0;
  return isNothing ? null : request;
}

/** Whether bookings of a cancelled event are still to be cancelled. */
export function isCancelling(state: EventState): boolean {
  return state.cancellation !== null && state.cancellation.done < state.cancellation.total;
}

interface Named {
  readonly bookings?: readonly BookingId[];
  readonly payments?: readonly PaymentId[];
  /** Whose tickets are to be counted. */
  readonly users?: readonly UserId[];
}

/** Whose tickets matter only where the event limits them; who joins the waitlist is counted in any case. */
function namedBy(command: Command, isLimited: boolean): Named {
  const limited = (...users: readonly UserId[]) => (isLimited ? users : []);
  switch (command.type) {
    case "BookTickets":
      return command.waitlistIfFull === undefined
        ? { users: limited(command.userId) }
        : { users: [command.userId] };
    case "JoinWaitlist":
      return { users: [command.userId] };
    case "CancelBooking":
    case "ExchangeTickets":
    case "ConfirmBooking":
      return { bookings: [command.bookingId], users: limited(command.userId) };
    // Where there is an offer, it is cancelled.
    case "LeaveWaitlist":
      return { users: limited(command.userId) };
    case "TransferBooking":
      return { bookings: [command.bookingId], users: limited(command.userId, command.toUserId) };
    case "CheckInTicket":
      return { bookings: [command.bookingId] };
    case "RecordPayment":
    case "RecordRefund":
      return { bookings: [command.bookingId], payments: [command.paymentId] };
    default:
      return {};
  }
}

function unique<T>(values: readonly T[]): T[] {
  return [...new Set(values)];
}
