import Router, { type RouterContext } from "@koa/router";
import { send, sendList } from "../bare-reply.ts";
import { retryAfterOf } from "../desk.ts";
import { findBooking } from "../find-booking.ts";
import { principalOf } from "../middleware/authenticate.ts";
import { paymentUrlOf } from "../presenters/booking.ts";
import { locationOf } from "../reply.ts";
import { BookingCommands } from "../routes/booking-commands.ts";
import type { BookingRoutesOptions } from "../routes/bookings.ts";
import { bookingListQuery } from "../schemas/bookings.ts";
import { pageFields, pageOf } from "../schemas/lists.ts";
import type { AppState } from "../state.ts";
import { BookOrAcceptStep } from "../steps/book-or-accept.ts";
import type { Booked } from "../steps/booked.ts";
import { CancelBookingStep } from "../steps/cancel-booking.ts";
import { expectNoFields, parseBody, parseQuery } from "../validate.ts";
import { bookingOfA } from "./present.ts";
import { newBookingBody } from "./schemas.ts";

type Context = RouterContext<AppState>;

const LIST_DEFAULT = 20;
const listQuery = bookingListQuery.extend(pageFields);

/** 002's bookings. */
export function bookingRoutesOfA(options: BookingRoutesOptions): Router<AppState> {
  const { readBody } = options;
  const bookings = new BookingsOfA(options);
  return new Router<AppState>()
    .post("/bookings", readBody, (ctx) => bookings.book(ctx))
    .get("/bookings", (ctx) => bookings.list(ctx))
    .get("/bookings/:id", (ctx) => bookings.show(ctx))
    .delete("/bookings/:id", readBody, (ctx) => bookings.cancel(ctx));
}

class BookingsOfA {
  readonly #options: BookingRoutesOptions;
  readonly #commands: BookingCommands;
  readonly #booking: BookOrAcceptStep;
  readonly #cancelling: CancelBookingStep;

  constructor(options: BookingRoutesOptions) {
    this.#options = options;
    this.#commands = new BookingCommands(options);
    this.#booking = new BookOrAcceptStep(options);
    this.#cancelling = new CancelBookingStep(this.#commands);
  }

  async book(ctx: Context): Promise<void> {
    const { userId } = principalOf(ctx);
    const asked = parseBody(newBookingBody, ctx.request.body);
    const waitMs = this.#options.decisionWaitMs;
    answer(ctx, await this.#booking.book(ctx, { userId, asked, waitMs }));
  }

  async list(ctx: Context): Promise<void> {
    const { userId } = principalOf(ctx);
    const query = parseQuery(listQuery, ctx.query);
    const page = pageOf(query, LIST_DEFAULT);
    const status = query.status ?? null;
    const { bookings, total } = await this.#options.reads.bookingsOfUser({ userId, status, ...page });
    sendList(ctx, bookings.map(bookingOfA), { page, total });
  }

  async show(ctx: Context): Promise<void> {
    const booking = await findBooking(this.#options.reads, principalOf(ctx), ctx.params.id ?? "");
    if (booking.status === "queued") ctx.set("Retry-After", "1");
    send(ctx, 200, bookingOfA(booking));
  }

  async cancel(ctx: Context): Promise<void> {
    expectNoFields(ctx.request.body, "must be empty: the whole booking is cancelled");
    const key = this.#commands.keyOf(ctx, {});
    const booking = await this.#commands.find(ctx);
    const cancelled = await this.#cancelling.cancel(ctx, booking, { part: {}, key, implied: null });
    send(ctx, cancelled.type === "queued" ? 202 : 200, bookingOfA(cancelled.booking));
  }
}

function answer(ctx: Context, booked: Booked): void {
  switch (booked.type) {
    case "booked":
      answerBooked(ctx, booked);
      break;
    case "queued":
      answerQueued(ctx, booked);
      break;
    case "waitlisted":
      throw new Error("invariant: who did not ask to wait was put on the waitlist");
    default:
      booked satisfies never;
  }
}

type Of<Type extends Booked["type"]> = Extract<Booked, { readonly type: Type }>;

function answerBooked(ctx: Context, { booking }: Of<"booked">): void {
  ctx.set("Location", locationOf(ctx.path, booking.id));
  // What is held at the door is held for money.
  const due = booking.status === "pending" ? { paymentUrl: paymentUrlOf(booking.id) } : {};
  send(ctx, 201, { ...bookingOfA(booking), ...due });
}

function answerQueued(ctx: Context, { standing, event }: Of<"queued">): void {
  const { commandId: id, position, decidedPerSecond } = standing;
  ctx.set("Location", locationOf(ctx.path, id));
  ctx.set("Retry-After", String(retryAfterOf(position ?? 0, decidedPerSecond)));
  send(ctx, 202, { id, eventId: event.eventId, status: "queued", position });
}
