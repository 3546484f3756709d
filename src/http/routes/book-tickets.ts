import type { RouterContext } from "@koa/router";
import { retryAfterOf } from "../desk.ts";
import { ApiError } from "../errors.ts";
import { principalOf } from "../middleware/authenticate.ts";
import { underAllNames } from "../names.ts";
import { bookingReplyJson, presentLine } from "../presenters/booking.ts";
import { locationOf, succeed, succeedWith } from "../reply.ts";
import { BOOKING_NAMES, bookTicketsBody } from "../schemas/bookings.ts";
import type { AppState } from "../state.ts";
import { type BookTicketsOptions, BookTicketsStep } from "../steps/book-tickets.ts";
import type { Booked } from "../steps/booked.ts";
import { parseBody } from "../validate.ts";
import { refuseCardNumbers } from "./payment-errors.ts";

type Context = RouterContext<AppState>;

/**
 * Books tickets: 201 (confirmed, or held until they are paid) or 409 once it is decided; 202 where the buyer waits for
 * others to give tickets back, or where deciding takes longer than the client wants to wait.
 */
export class BookTicketsRoute {
  readonly #step: BookTicketsStep;
  readonly #waitMs: number;

  constructor(options: BookTicketsOptions) {
    this.#step = new BookTicketsStep(options);
    this.#waitMs = options.decisionWaitMs;
  }

  async book(ctx: Context): Promise<void> {
    const { userId } = principalOf(ctx);
    const asked = parseBody(bookTicketsBody, ctx.request.body, BOOKING_NAMES);
    if (asked.user_id !== undefined && asked.user_id !== userId) {
      throw new ApiError("AUTH_UNAUTHORIZED", "You can book for yourself only; leave user_id out");
    }
    if (asked.promo_code !== undefined) refuseCardNumbers(ctx.request.body);
    const booked = await this.#step.book(ctx, { userId, asked, waitMs: this.#waitMs });
    switch (booked.type) {
      case "booked":
        return answerBooked(ctx, booked);
      case "waitlisted":
        return answerWaitlisted(ctx, booked);
      case "queued":
        return answerQueued(ctx, booked);
      default:
        booked satisfies never;
    }
  }
}

type Of<Type extends Booked["type"]> = Extract<Booked, { readonly type: Type }>;

function answerBooked(ctx: Context, { booking, seating }: Of<"booked">): void {
  const message =
    booking.status === "confirmed" ? "Tickets booked successfully" : "Tickets held; pay before expires_at";
  // What is held at the door is held for money.
  succeedWith(ctx, 201, bookingReplyJson(booking, { seating, requiresPayment: true }), { message });
  ctx.set("Location", locationOf(ctx.path, booking.id));
}

function answerWaitlisted(ctx: Context, { joined, event, entry }: Of<"waitlisted">): void {
  const { entryId, userId, quantity } = joined;
  const data = underAllNames("waitlist", {
    id: entryId,
    booking_id: entryId,
    event_id: event.eventId,
    user_id: userId,
    quantity,
    status: "waitlisted",
    position: entry?.position ?? null,
    estimated_wait_time: entry?.estimatedWaitHours ?? null,
  });
  succeed(ctx, 202, { ...data, booking: data, payment_url: null }, { message: "You are on the waitlist" });
  ctx.set("Location", locationOf(ctx.path, entryId));
}

function answerQueued(ctx: Context, { standing, event }: Of<"queued">): void {
  const { commandId, position, decidedPerSecond } = standing;
  ctx.set("Location", locationOf(ctx.path, commandId));
  ctx.set("Retry-After", String(retryAfterOf(position ?? 0, decidedPerSecond)));
  const line = position === null ? {} : presentLine({ position, decidedPerSecond });
  const data = underAllNames("booking", {
    id: commandId,
    event_id: event.eventId,
    status: "queued",
    ...line,
  });
  succeed(ctx, 202, { ...data, booking: data, payment_url: null }, { message: "Your booking is in line" });
}
