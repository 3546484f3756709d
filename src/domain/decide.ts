import type { Command } from "./command.ts";
import { bookTickets } from "./decide/book-tickets.ts";
import { cancelBooking } from "./decide/cancel-booking.ts";
import { cancelEvent } from "./decide/cancel-event.ts";
import { changeEvent } from "./decide/change-event.ts";
import { completeEvent, openOrCloseSale } from "./decide/timers.ts";
import type { Decision } from "./outcome.ts";
import type { World } from "./state.ts";

/**
 * Decides one command. Pure and total: equal arguments give an equal decision, and a business "no" is a
 * value in it. Changes nothing; `apply` does.
 * @param now Unix milliseconds of the database's clock, read once per turn.
 */
export function decide(world: World, command: Command, now: number): Decision {
  switch (command.type) {
    case "BookTickets":
      return bookTickets(world, command);
    case "CancelBooking":
      return cancelBooking(world, command);
    case "ChangeEvent":
      return changeEvent(world, command, now);
    case "CancelEvent":
      return cancelEvent(world);
    case "OpenSale":
    case "CloseSale":
      return openOrCloseSale(command);
    case "CompleteEvent":
      return completeEvent();
    default:
      return command satisfies never;
  }
}
