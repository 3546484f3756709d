import type { SetAside } from "../command.ts";
import type { BookingId } from "../ids.ts";
import type { Decision } from "../outcome.ts";
import { refuse } from "./refuse.ts";

/** The same end as for a command that the database refused: a booking is rejected, anything else is refused. */
export function setAside({ id, userId, quantity }: SetAside): Decision {
  if (userId === undefined || quantity === undefined) return refuse("CommandFailed");
  return [
    {
      type: "BookingRejected",
      bookingId: id as BookingId,
      userId,
      quantity,
      reason: "CommandFailed",
      facts: {},
    },
  ];
}
