import type { RouterContext } from "@koa/router";
import type { CheckInTicket } from "../../domain/command.ts";
import type { CommandId, UserId } from "../../domain/ids.ts";
import type { TicketCheckedIn } from "../../domain/outcome.ts";
import type { BookingView, EventView } from "../../domain/views.ts";
import { keyIdOf, readCode, type TicketClaim } from "../../tickets/code.ts";
import { seatOfTicket, ticketNumberOf } from "../../tickets/tickets.ts";
import { checkInError, unknownBooking } from "../check-in-errors.ts";
import type { Desk } from "../desk.ts";
import { ApiError } from "../errors.ts";
import { eventIdOf } from "../event-reply.ts";
import { requestKey } from "../idempotency.ts";
import { principalOf } from "../middleware/authenticate.ts";
import { presentSeat } from "../presenters/ticket.ts";
import { iso } from "../presenters/time.ts";
import type { Reads } from "../reads.ts";
import { succeed } from "../reply.ts";
import { CHECK_IN_NAMES, checkInBody } from "../schemas/tickets.ts";
import type { AppState } from "../state.ts";
import type { TicketPorts } from "../ticket-ports.ts";
import { parseBody } from "../validate.ts";

type Context = RouterContext<AppState>;

export interface CheckInOptions {
  readonly desk: Desk;
  readonly reads: Pick<Reads, "booking" | "event" | "eventCard" | "seating" | "nameOf" | "checkInsOf">;
  readonly tickets: TicketPorts;
  readonly ids: { commandId(): CommandId };
  readonly decisionWaitMs: number;
}

/** The door: the organizer of an event lets tickets in and counts them. */
export class CheckInRoutes {
  readonly #options: CheckInOptions;

  constructor(options: CheckInOptions) {
    this.#options = options;
  }

  async checkIn(ctx: Context): Promise<void> {
    const { reads, desk, ids, decisionWaitMs } = this.#options;
    const { userId } = principalOf(ctx);
    const body = parseBody(checkInBody, ctx.request.body, CHECK_IN_NAMES);
    const key = requestKey(ctx, userId, body);
    const claim = await this.#claimIn(body.code);
    const event = await this.#ownEvent(ctx, body.event_id ?? claim.eventId);
    if (claim.eventId !== event.eventId) {
      throw new ApiError("TICKET_WRONG_EVENT", "The ticket is for another event");
    }
    const booking = await reads.booking(claim.bookingId);
    if (booking === null) throw unknownBooking();
    const { bookingId, ticket, issue } = claim;
    const command: CheckInTicket = {
      type: "CheckInTicket",
      id: ids.commandId(),
      bookingId,
      ticket,
      issue,
      by: userId as UserId,
    };
    const standing = await desk.submit({ eventId: event.eventId, command, key, waitMs: decisionWaitMs });
    if (standing.replayed) ctx.set("Idempotency-Replayed", "true");
    if (standing.type === "queued") return underWay(ctx, booking, claim);
    const number = ticketNumberOf(booking, ticket);
    if (standing.type === "refused") throw checkInError(standing.refusal, number);
    const [outcome] = standing.entry.decision;
    if (outcome.type === "CommandRefused") throw checkInError(outcome, number);
    if (outcome.type !== "TicketCheckedIn")
      throw new Error(`invariant: a check-in was decided as ${outcome.type}`);
    await this.#letIn(ctx, booking, outcome);
  }

  /** @throws ApiError TICKET_CODE_INVALID where nobody here has signed it; it is not repeated, whatever it is. */
  async #claimIn(given: string): Promise<TicketClaim> {
    const code = given.trim();
    const keyId = keyIdOf(code);
    const { keys } = this.#options.tickets;
    const verdict = keyId === null ? null : readCode(code, await keys.forCode(keyId));
    if (verdict?.type === "signed") return verdict.claim;
    const wrong = WRONG[verdict?.type ?? "malformed"];
    throw new ApiError("TICKET_CODE_INVALID", `The code ${wrong}`, { details: { code: wrong } });
  }

  /** @throws ApiError EVENT_NOT_FOUND, AUTH_UNAUTHORIZED where it is another organizer's, as for all that is done to events. */
  async #ownEvent(ctx: Context, eventId: string): Promise<EventView> {
    const { role, userId } = principalOf(ctx);
    const event = await this.#options.reads.eventCard(eventId);
    if (event === null) throw new ApiError("EVENT_NOT_FOUND", "Event not found");
    if (role === "admin" || event.createdBy === userId) return event;
    throw new ApiError("AUTH_UNAUTHORIZED", "This is another organizer's event");
  }

  async #letIn(ctx: Context, booking: BookingView, { ticket, at, by }: TicketCheckedIn): Promise<void> {
    const { reads } = this.#options;
    const [holder, seating] = await Promise.all([
      reads.nameOf(booking.userId),
      booking.seats === null ? null : reads.seating(booking.eventId),
    ]);
    const data = {
      ...presentNames(booking, ticket),
      holder,
      seat: presentSeat(seatOfTicket(booking, seating, ticket)),
      tier: booking.tier,
      checked_in_at: iso(at),
      checked_in_by: by,
    };
    succeed(ctx, 200, data, { message: "The ticket is valid; let its holder in" });
  }

  /** How many of an event's tickets were let in so far, for the door. */
  async count(ctx: Context): Promise<void> {
    const event = await this.#ownEvent(ctx, eventIdOf(ctx.params));
    const tiers = await this.#options.reads.checkInsOf(event.eventId);
    const sum = (field: "checkedIn" | "expected") => tiers.reduce((total, tier) => total + tier[field], 0);
    succeed(ctx, 200, {
      event_id: event.eventId,
      checked_in: sum("checkedIn"),
      expected: sum("expected"),
      tiers: tiers.map(({ tier, checkedIn, expected }) => ({ tier, checked_in: checkedIn, expected })),
    });
  }
}

/** What is wrong with a code that is no ticket of this installation. */
const WRONG = {
  malformed: "is no ticket code of this system",
  unknownKey: "is signed with a key that this system does not know",
  forged: "is not signed by this system",
} as const;

function presentNames(booking: BookingView, ticket: number): Record<string, unknown> {
  return {
    ticket,
    ticket_number: ticketNumberOf(booking, ticket),
    event_id: booking.eventId,
    booking_id: booking.id,
    booking_reference: booking.reference,
    booking_code: booking.reference,
  };
}

/** Nobody is to be let in yet: the same request tells the decision as soon as there is one. */
function underWay(ctx: Context, booking: BookingView, { ticket }: TicketClaim): void {
  ctx.set("Retry-After", "1");
  const message =
    "The check-in is under way; ask again with the same Idempotency-Key before letting anybody in";
  succeed(ctx, 202, presentNames(booking, ticket), { message });
}
