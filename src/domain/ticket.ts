import type { UserId } from "./ids.ts";

/** A ticket that was let in. */
export interface CheckIn {
  readonly ticket: number;
  /** Unix milliseconds. */
  readonly at: number;
  /** Whose scanner it was. */
  readonly by: UserId;
}

/**
 * The numbers of a booking's tickets. A seat's ticket has the seat's number in the event's seating plus one, so that it
 * keeps it when others of its booking are cancelled; without seats they are counted from 1, and the last ones go first.
 */
export function ticketNumbersOf({
  quantity,
  seats,
}: {
  readonly quantity: number;
  readonly seats: readonly number[] | null;
}): readonly number[] {
  return seats === null ? Array.from({ length: quantity }, (_, at) => at + 1) : seats.map((seat) => seat + 1);
}
