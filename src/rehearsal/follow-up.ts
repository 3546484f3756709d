import type { BookingId, CommandId, PaymentId, UserId } from "../domain/ids.ts";
import type { World } from "../domain/state.ts";
import type { FollowUp, Step } from "./demand.ts";

/** A step of a script, on a booking of this rehearsal. */
export interface FollowUpDue {
  readonly bookingId: BookingId;
  readonly step: Step;
  /** Whether the booking is the very one of the record: seats are the same then. */
  readonly isOriginal: boolean;
  /** Makes the ids of the script those of this booking. */
  readonly idOf: (id: string) => string;
}

/** What is to be decided for a step; null where there is nothing to do it with. */
export function followUpOf(world: World, due: FollowUpDue): FollowUp | null {
  const { bookingId, isOriginal, step } = due;
  const owner = world.state.holds.get(bookingId) ?? world.bookings.get(bookingId);
  if (owner === undefined) return null;
  const { command } = step;
  const idOf = due.idOf as <T extends string>(id: T) => T;
  const common = { id: idOf<CommandId>(command.id), bookingId, userId: owner.userId };
  switch (command.type) {
    case "ConfirmBooking":
      return { ...command, ...common, id: idOf(command.id), resultId: idOf(command.resultId) };
    case "RecordPayment":
      return reportOf(world, due, command, idOf(command.paymentId));
    case "CancelBooking":
      return isOriginal ? { ...command, ...common } : { ...withoutSeats(command), ...common };
    case "TransferBooking":
      return { ...command, ...common, toUserId: idOf<UserId>(command.toUserId) };
    case "ExchangeTickets":
      return isOriginal ? { ...command, ...common } : { ...withoutSeats(command), ...common };
    case "CheckInTicket":
      return isOriginal ? { ...command, id: common.id } : null;
    default:
      return command satisfies never;
  }
}

function reportOf(
  { payments }: World,
  { step, idOf, bookingId }: FollowUpDue,
  command: Extract<FollowUp, { readonly type: "RecordPayment" }>,
  paymentId: PaymentId,
): FollowUp | null {
  const payment = payments.get(paymentId);
  if (payment === undefined) return null;
  const result = step.isInFull
    ? ({ type: "captured", amountMinor: payment.amountMinor } as const)
    : command.result;
  return { ...command, id: idOf(command.id) as BookingId, paymentId, bookingId, result };
}

/** Somebody else's seats mean nothing here: as many tickets are given back, and any of the tier are taken. */
function withoutSeats<T extends { readonly seats?: readonly number[]; readonly quantity?: number }>(
  command: T,
): T {
  const { seats, ...rest } = command;
  if (seats === undefined) return command;
  return ("by" in command ? { ...rest, quantity: seats.length } : rest) as T;
}
