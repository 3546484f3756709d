import Router, { type RouterContext } from "@koa/router";
import { seatIdOf } from "../../domain/seat-ids.ts";
import type { BookingView, EventView } from "../../domain/views.ts";
import { isGateway } from "../../identity/gateway.ts";
import type { Aliases } from "../aliases.ts";
import { send } from "../bare-reply.ts";
import { retryAfterOf } from "../desk.ts";
import { ApiError } from "../errors.ts";
import { bookingNotFound, findBooking } from "../find-booking.ts";
import { principalOf } from "../middleware/authenticate.ts";
import { paymentUrlOf } from "../presenters/booking.ts";
import { BookingCommands } from "../routes/booking-commands.ts";
import type { BookingRoutesOptions } from "../routes/bookings.ts";
import type { AppState } from "../state.ts";
import { BookOrAcceptStep } from "../steps/book-or-accept.ts";
import type { Booked } from "../steps/booked.ts";
import { CancelBookingStep } from "../steps/cancel-booking.ts";
import { malformed, parseBody } from "../validate.ts";
import { shownEvent } from "./events.ts";
import { callerOf } from "./identity.ts";
import { integerOf, seatOfNumber } from "./numbers.ts";
import type { PresenterOfB } from "./present.ts";
import { newBookingBody } from "./schemas.ts";

type Context = RouterContext<AppState>;
type Of<Type extends Booked["type"]> = Extract<Booked, { readonly type: Type }>;

export interface BookingsOfBOptions {
  readonly bookings: BookingRoutesOptions;
  readonly aliases: Aliases;
  readonly present: PresenterOfB;
}

/** 003's bookings: of one seat each. */
export function bookingRoutesOfB(options: BookingsOfBOptions): Router<AppState> {
  const { readBody } = options.bookings;
  const bookings = new BookingsOfB(options);
  return new Router<AppState>()
    .post("/bookings", readBody, (ctx) => bookings.book(ctx))
    .get("/bookings/:booking_id", (ctx) => bookings.show(ctx))
    .delete("/bookings/:booking_id", (ctx) => bookings.cancel(ctx));
}

class BookingsOfB {
  readonly #options: BookingRoutesOptions;
  readonly #aliases: Aliases;
  readonly #present: PresenterOfB;
  readonly #commands: BookingCommands;
  readonly #booking: BookOrAcceptStep;
  readonly #cancelling: CancelBookingStep;

  constructor({ bookings, aliases, present }: BookingsOfBOptions) {
    this.#options = bookings;
    this.#aliases = aliases;
    this.#present = present;
    this.#commands = new BookingCommands(bookings);
    this.#booking = new BookOrAcceptStep(bookings);
    this.#cancelling = new CancelBookingStep(this.#commands);
  }

  async book(ctx: Context): Promise<void> {
    const { decisionWaitMs: waitMs, reads } = this.#options;
    const body = parseBody(newBookingBody, ctx.request.body);
    const userId = await this.#buyer(ctx, body.user_id);
    const event = await shownEvent(reads, body.event_id);
    const asked = {
      event_id: event.eventId,
      ...(body.seat_id == null ? { quantity: 1 } : { seat_ids: [await this.#seatId(event, body.seat_id)] }),
      waitlist_if_full: true,
    };
    await this.#answer(ctx, await this.#booking.book(ctx, { userId, asked, waitMs }));
  }

  async show(ctx: Context): Promise<void> {
    const booking = await this.#find(ctx);
    if (booking.status === "queued") ctx.set("Retry-After", "1");
    send(ctx, 200, await this.#present.booking(booking));
  }

  async cancel(ctx: Context): Promise<void> {
    const key = this.#commands.keyOf(ctx, {});
    const booking = await this.#find(ctx);
    const cancelled = await this.#cancelling.cancel(ctx, booking, { part: {}, key, implied: null });
    send(ctx, cancelled.type === "queued" ? 202 : 200, await this.#present.booking(cancelled.booking));
  }

  /** Who a booking is for: the caller, or whom a gateway names that asks in nobody's name. */
  async #buyer(ctx: Context, named: number | undefined): Promise<string> {
    const principal = principalOf(ctx);
    if (!isGateway(principal)) {
      const [own] = await this.#aliases.numbersOf("user", [principal.userId]);
      if (named === undefined || named === own) return principal.userId;
      throw new ApiError("AUTH_UNAUTHORIZED", "You can book for yourself only; leave user_id out");
    }
    if (named === undefined) throw malformed("user_id", "is required: a whole number, or X-User-ID");
    const userId = await this.#aliases.idOf("user", named);
    const isActive = userId !== null && (await this.#options.reads.priorityOf(userId)) !== null;
    if (isActive) return userId;
    throw new ApiError("USER_NOT_FOUND", "User not found");
  }

  /** @throws ApiError NOT_FOUND where it is no seat of the event. */
  async #seatId({ eventId, number, isSeated }: EventView, seatNumber: number): Promise<string> {
    const seat = seatOfNumber(number, seatNumber);
    const seating = isSeated ? await this.#options.reads.seating(eventId) : null;
    if (seat !== null && seating !== null && seat < seating.count) return seatIdOf(number, seat);
    throw new ApiError("NOT_FOUND", "Seat not found");
  }

  async #find(ctx: Context): Promise<BookingView> {
    const caller = callerOf(ctx);
    const number = integerOf("booking_id", ctx.params.booking_id ?? "");
    const id = await this.#aliases.idOf("booking", number);
    if (id === null) throw bookingNotFound();
    return await findBooking(this.#options.reads, caller, id);
  }

  async #answer(ctx: Context, booked: Booked): Promise<void> {
    switch (booked.type) {
      case "booked":
        return await this.#booked(ctx, booked);
      case "waitlisted":
        return await this.#waitlisted(ctx, booked);
      case "queued":
        return await this.#queued(ctx, booked);
      default:
        booked satisfies never;
    }
  }

  async #booked(ctx: Context, { booking }: Of<"booked">): Promise<void> {
    const shown = await this.#present.booking(booking);
    ctx.set("Location", `/bookings/${shown.id}`);
    // What is held at the door is held for money.
    const due = booking.status === "pending" ? { payment_url: paymentUrlOf(booking.id) } : {};
    send(ctx, 201, { ...shown, ...due });
  }

  async #waitlisted(ctx: Context, { joined, entry }: Of<"waitlisted">): Promise<void> {
    const [id] = await this.#aliases.numbersOf("waitlist_entry", [joined.entryId]);
    ctx.set("Location", "/waitlists/me");
    send(ctx, 202, { status: "waitlisted", waitlist_entry_id: id, position: entry?.position ?? null });
  }

  async #queued(ctx: Context, { standing, event }: Of<"queued">): Promise<void> {
    const { commandId, position, decidedPerSecond } = standing;
    const [id] = await this.#aliases.numbersOf("booking", [commandId]);
    ctx.set("Location", `/bookings/${id}`);
    ctx.set("Retry-After", String(retryAfterOf(position ?? 0, decidedPerSecond)));
    send(ctx, 202, { id, event_id: event.number, status: "queued", position });
  }
}
