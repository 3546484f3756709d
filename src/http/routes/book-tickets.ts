import type { RouterContext } from "@koa/router";
import type { BookingId, UserId } from "../../domain/ids.ts";
import type { LedgerEntry } from "../../domain/ledger.ts";
import { toMinor } from "../../domain/money.ts";
import type { BookingConfirmed } from "../../domain/outcome.ts";
import type { EventView } from "../../domain/views.ts";
import { type Desk, retryAfterOf, type Standing } from "../desk.ts";
import { ApiError } from "../errors.ts";
import { requestKey } from "../idempotency.ts";
import { principalOf } from "../middleware/authenticate.ts";
import { preferenceOf } from "../prefer.ts";
import { bookingOf, presentBooking, presentLine } from "../presenters/booking.ts";
import type { Reads } from "../reads.ts";
import { refusalError } from "../refusals.ts";
import { locationOf, succeed } from "../reply.ts";
import { BOOKING_NAMES, bookTicketsBody } from "../schemas/bookings.ts";
import type { AppState } from "../state.ts";
import { malformed, parseBody } from "../validate.ts";

type Context = RouterContext<AppState>;

export interface BookTicketsOptions {
  readonly desk: Desk;
  readonly reads: Pick<Reads, "event" | "eventCard">;
  readonly ids: { bookingId(eventNumber: number): BookingId };
  readonly decisionWaitMs: number;
}

/** Books tickets: 201 or 409 once it is decided, 202 where that takes longer than the client wants to wait. */
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
    const key = requestKey(ctx, userId, body);
    const event = await reads.eventCard(body.event_id);
    if (event === null) throw new ApiError("EVENT_NOT_FOUND", "Event not found");
    const preference = preferenceOf(ctx.get("Prefer") || undefined, decisionWaitMs);
    const command = {
      type: "BookTickets",
      id: ids.bookingId(event.number),
      userId: userId as UserId,
      quantity: body.quantity,
      ...(body.tier === undefined ? {} : { tier: body.tier }),
      ...expectedTotal(body.expected_total_amount, event),
    } as const;
    const standing = await desk.submit({ eventId: event.eventId, command, key, waitMs: preference.waitMs });
    if (preference.applied !== null) ctx.set("Preference-Applied", preference.applied);
    await this.#answer(ctx, standing, event);
  }

  async #answer(ctx: Context, standing: Standing, event: EventView): Promise<void> {
    ctx.set("Cache-Control", "private, no-store");
    if (standing.replayed) ctx.set("Idempotency-Replayed", "true");
    if (standing.type === "refused") throw refusalError(standing.refusal, event.currency);
    if (standing.type === "queued") return accepted(ctx, standing, event);
    const [outcome] = standing.entry.decision;
    switch (outcome.type) {
      case "BookingConfirmed":
        return await this.#confirmed(ctx, standing.entry, outcome, event);
      case "BookingRejected":
        throw refusalError(outcome, event.currency);
      default:
        throw new Error(`invariant: a booking was decided as ${outcome.type}`);
    }
  }

  async #confirmed(
    ctx: Context,
    entry: LedgerEntry,
    outcome: BookingConfirmed,
    event: EventView,
  ): Promise<void> {
    // A tier that is younger than the event card needs a fresh look.
    const isKnown = event.tiers[outcome.tier] !== undefined;
    const current = isKnown ? event : ((await this.#options.reads.event(event.eventId)) ?? event);
    const booking = presentBooking(bookingOf(entry, outcome, current));
    const data = { ...booking, booking, payment_url: null };
    succeed(ctx, 201, data, { message: "Tickets booked successfully" });
    ctx.set("Location", locationOf(ctx.path, outcome.bookingId));
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

function expectedTotal(amount: number | undefined, { currency }: EventView): { expectedTotalMinor?: number } {
  if (amount === undefined) return {};
  const minor = toMinor(amount, currency);
  if (minor !== null) return { expectedTotalMinor: minor };
  throw malformed("expected_total_amount", `has more decimals than ${currency} has`);
}
