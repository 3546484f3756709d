import type { Refusal, RefusalReason } from "../domain/refusal.ts";
import { ApiError, type ErrorCode } from "./errors.ts";
import { iso } from "./presenters/time.ts";
import { codeOf } from "./refusals.ts";

interface Words {
  readonly code: ErrorCode;
  /** For programs: which of the ways of not being valid it is. */
  readonly reason: string;
  readonly message: string;
}

const notValid = (reason: string, message: string): Words => ({ code: "TICKET_NOT_VALID", reason, message });
const UNKNOWN = notValid("booking_unknown", "The ticket's booking does not exist here");

/** What people at the door read, who have to tell others why they are not let in. */
const AT_THE_DOOR: Readonly<Partial<Record<RefusalReason, Words>>> = {
  TicketUsed: {
    code: "TICKET_ALREADY_USED",
    reason: "already_used",
    message: "Somebody was let in with this ticket already",
  },
  TicketReplaced: {
    code: "TICKET_REPLACED",
    reason: "replaced",
    message: "The ticket was handed on or exchanged; only the newest is valid",
  },
  TicketNotOfBooking: notValid("ticket_cancelled", "The ticket was cancelled"),
  AlreadyCancelled: notValid("booking_cancelled", "The booking was cancelled"),
  BookingExpired: notValid("booking_expired", "The booking was not paid in time"),
  NotConfirmed: notValid("booking_not_confirmed", "The booking is not paid yet"),
  BookingNotFound: UNKNOWN,
  EventCancelled: notValid("event_cancelled", "The event is cancelled"),
  EventOver: notValid("event_over", "The event is over"),
};

/** The error reply to a scanner whose ticket was not let in. @param ticketNumber see `ticketNumberOf` */
export function checkInError({ reason, facts }: Refusal, ticketNumber: string): ApiError {
  const words = AT_THE_DOOR[reason];
  if (words === undefined) return new ApiError(codeOf(reason), "The ticket could not be checked in");
  const { checkedInAt, checkedInBy } = facts;
  const used =
    checkedInAt === undefined ? {} : { checked_in_at: iso(checkedInAt), checked_in_by: checkedInBy };
  return errorOf(words, { ticket_number: ticketNumber, ...used });
}

/** The code is signed, but its booking is gone: a database that was restored, or another one with the same keys. */
export function unknownBooking(): ApiError {
  return errorOf(UNKNOWN, {});
}

function errorOf({ code, reason, message }: Words, extra: Readonly<Record<string, unknown>>): ApiError {
  return new ApiError(code, message, { extra: { reason, ...extra } });
}
