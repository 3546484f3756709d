import type { RouterContext } from "@koa/router";
import type { BookTickets } from "../../domain/command.ts";
import type { BookingId, UserId } from "../../domain/ids.ts";
import type { LedgerEntry } from "../../domain/ledger.ts";
import type { BookingConfirmed, BookingHeld, WaitlistJoined } from "../../domain/outcome.ts";
import { normalCode } from "../../domain/promo-code.ts";
import type { EventView } from "../../domain/views.ts";
import { type Desk, retryAfterOf, type Standing } from "../desk.ts";
import { ApiError } from "../errors.ts";
import { requestKey } from "../idempotency.ts";
import { principalOf } from "../middleware/authenticate.ts";
import { preferenceOf } from "../prefer.ts";
import { bookingOf, bookingReplyJson, presentLine } from "../presenters/booking.ts";
import type { Reads } from "../reads.ts";
import { refusalError } from "../refusals.ts";
import { locationOf, succeed, succeedWith } from "../reply.ts";
import { BOOKING_NAMES, bookTicketsBody } from "../schemas/bookings.ts";
import type { AppState } from "../state.ts";
import { quantityOf, wishOf } from "../ticket-wish.ts";
import { parseBody } from "../validate.ts";
import { refuseCardNumbers } from "./payment-errors.ts";

type Context = RouterContext<AppState>;

export interface BookTicketsOptions {
  readonly desk: Desk;
  readonly reads: Pick<Reads, "event" | "eventCard" | "priorityOf" | "seating" | "waitlistEntry">;
  readonly ids: { bookingId(eventNumber: number): BookingId };
  readonly decisionWaitMs: number;
}

/**
 * Books tickets: 201 (confirmed, or held until they are paid) or 409 once it is decided; 202 where the buyer waits for
 * others to give tickets back, or where deciding takes longer than the client wants to wait.
 */
export class BookTicketsRoute {
  readonly #options: BookTicketsOptions;

  constructor(options: BookTicketsOptions) {
    this.#options = options;
  }

  async book(ctx: Context): Promise<void> {
    const { desk, reads, ids, decisionWaitMs } = this.#options;
    const { userId } = principalOf(ctx);
    const body = parseBody(bookTicketsBody, ctx.request.body, BOOKING_NAMES);
    if (body.user_id !== undefined && body.user_id !== userId) {
      throw new ApiError("AUTH_UNAUTHORIZED", "You can book for yourself only; leave user_id out");
    }
    if (body.promo_code !== undefined) refuseCardNumbers(ctx.request.body);
    const quantity = quantityOf(body);
    const key = requestKey(ctx, userId, body);
    const event = await reads.eventCard(body.event_id);
    if (event === null) throw new ApiError("EVENT_NOT_FOUND", "Event not found");
    const preference = preferenceOf(ctx.get("Prefer") || undefined, decisionWaitMs);
    const command: BookTickets = {
      type: "BookTickets",
      id: ids.bookingId(event.number),
      userId: userId as UserId,
      quantity,
      ...wishOf(body, event),
      ...(body.promo_code === undefined ? {} : { promoCode: normalCode(body.promo_code) }),
      ...(body.waitlist_if_full === true ? await this.#waiting(userId, event) : {}),
    };
    const standing = await desk.submit({ eventId: event.eventId, command, key, waitMs: preference.waitMs });
    if (preference.applied !== null) ctx.set("Preference-Applied", preference.applied);
    await this.#answer(ctx, standing, event);
  }

  /** The place in line that a buyer takes where the event is full. */
  async #waiting(userId: string, event: EventView): Promise<Required<Pick<BookTickets, "waitlistIfFull">>> {
    const { reads, ids } = this.#options;
    const priority = (await reads.priorityOf(userId)) ?? "basic";
    return { waitlistIfFull: { priority, offerId: ids.bookingId(event.number) } };
  }

  async #answer(ctx: Context, standing: Standing, event: EventView): Promise<void> {
    ctx.set("Cache-Control", "private, no-store");
    if (standing.replayed) ctx.set("Idempotency-Replayed", "true");
    if (standing.type === "refused") throw refusalError(standing.refusal, event.currency, event.number);
    if (standing.type === "queued") return accepted(ctx, standing, event);
    const [outcome] = standing.entry.decision;
    switch (outcome.type) {
      case "BookingConfirmed":
      case "BookingHeld":
        return await this.#booked(ctx, standing.entry, outcome, event);
      case "WaitlistJoined":
        return await this.#waitlisted(ctx, outcome, event);
      case "BookingRejected":
        throw refusalError(outcome, event.currency, event.number);
      default:
        throw new Error(`invariant: a booking was decided as ${outcome.type}`);
    }
  }

  async #booked(
    ctx: Context,
    entry: LedgerEntry,
    outcome: BookingConfirmed | BookingHeld,
    event: EventView,
  ): Promise<void> {
    const { reads } = this.#options;
    // A tier that is younger than the event card needs a fresh look.
    const isKnown = event.tiers[outcome.tier] !== undefined;
    const current = isKnown ? event : ((await reads.event(event.eventId)) ?? event);
    const seating = outcome.seats === undefined ? null : await reads.seating(event.eventId);
    const message =
      outcome.type === "BookingConfirmed"
        ? "Tickets booked successfully"
        : "Tickets held; pay before expires_at";
    // What is held at the door is held for money.
    const reply = bookingReplyJson(bookingOf(entry, outcome, current), { seating, requiresPayment: true });
    succeedWith(ctx, 201, reply, { message });
    ctx.set("Location", locationOf(ctx.path, outcome.bookingId));
  }

  async #waitlisted(ctx: Context, outcome: WaitlistJoined, event: EventView): Promise<void> {
    const { entryId, userId, quantity } = outcome;
    const entry = await this.#options.reads.waitlistEntry(event.eventId, userId);
    const data = {
      id: entryId,
      booking_id: entryId,
      waitlist_id: entryId,
      event_id: event.eventId,
      user_id: userId,
      quantity,
      status: "waitlisted",
      // Where somebody was faster than this look there may be an offer already, and no place in line.
      position: entry?.id === entryId ? entry.position : null,
      estimated_wait_time: entry?.id === entryId ? entry.estimatedWaitHours : null,
    };
    succeed(ctx, 202, { ...data, booking: data, payment_url: null }, { message: "You are on the waitlist" });
    ctx.set("Location", locationOf(ctx.path, entryId));
  }
}

function accepted(ctx: Context, standing: Extract<Standing, { type: "queued" }>, event: EventView): void {
  const { commandId, position, decidedPerSecond } = standing;
  ctx.set("Location", locationOf(ctx.path, commandId));
  ctx.set("Retry-After", String(retryAfterOf(position ?? 0, decidedPerSecond)));
  const line = position === null ? {} : presentLine({ position, decidedPerSecond });
  const data = { id: commandId, booking_id: commandId, event_id: event.eventId, status: "queued", ...line };
  succeed(ctx, 202, { ...data, booking: data, payment_url: null }, { message: "Your booking is in line" });
}
