import type { Command } from "./command.ts";
import { bookTickets } from "./decide/book-tickets.ts";
import { cancelBooking } from "./decide/cancel-booking.ts";
import { cancelEvent } from "./decide/cancel-event.ts";
import { changeEvent } from "./decide/change-event.ts";
import { exchangeTickets, transferBooking } from "./decide/change-hands.ts";
import { checkInTicket } from "./decide/check-in.ts";
import { confirmBooking } from "./decide/confirm-booking.ts";
import { recordPayment, recordRefund } from "./decide/record-payment.ts";
import { addPromoCode, blockOrReleaseSeats, pauseOrResumeSale } from "./decide/sale.ts";
import { setAside } from "./decide/set-aside.ts";
import { expireHold, timerRings } from "./decide/timers.ts";
import { joinWaitlist, leaveWaitlist } from "./decide/waitlist.ts";
import type { Decision } from "./outcome.ts";
import type { World } from "./state.ts";

/**
 * Decides one command, without what follows for the waitlist. Pure and total: equal arguments give an equal decision,
 * and a business "no" is a value in it. Changes nothing; `apply` does.
 * @param now Unix milliseconds of the database's clock, read once per turn.
 */
export function decide(world: World, command: Command, now: number): Decision {
  switch (command.type) {
    case "BookTickets":
      return bookTickets(world, command, now);
    case "ConfirmBooking":
      return confirmBooking(world, command, now);
    case "RecordPayment":
      return recordPayment(world, command, now);
    case "RecordRefund":
      return recordRefund(world, command);
    case "CancelBooking":
      return cancelBooking(world, command, now);
    case "TransferBooking":
      return transferBooking(world, command);
    case "ExchangeTickets":
      return exchangeTickets(world, command, now);
    case "CheckInTicket":
      return checkInTicket(world, command, now);
    case "JoinWaitlist":
      return joinWaitlist(world, command);
    case "LeaveWaitlist":
      return leaveWaitlist(world, command);
    case "ProcessWaitlist":
      return [{ type: "WaitlistProcessed" }];
    case "ChangeEvent":
      return changeEvent(world, command, now);
    case "CancelEvent":
      return cancelEvent(world, command);
    case "PauseSale":
    case "ResumeSale":
      return pauseOrResumeSale(world, command);
    case "BlockSeats":
    case "ReleaseSeats":
      return blockOrReleaseSeats(world, command);
    case "AddPromoCode":
      return addPromoCode(world, command);
    case "OpenSale":
    case "CloseSale":
    case "CompleteEvent":
    case "ServeWaitlist":
      return timerRings(command);
    case "ExpireHold":
      return expireHold(world, command);
    case "SetAside":
      return setAside(command);
    default:
      return command satisfies never;
  }
}
