import Router, { type RouterContext } from "@koa/router";
import type { Middleware } from "koa";
import {
  type BookingId,
  type CommandId,
  type EventId,
  isReference,
  isUuid,
  type UserId,
} from "../../domain/ids.ts";
import { toMinor } from "../../domain/money.ts";
import type { BookingView, EventView } from "../../domain/views.ts";
import type { Principal } from "../../identity/principal.ts";
import { type Desk, retryAfterOf, type Standing } from "../desk.ts";
import { ApiError } from "../errors.ts";
import { idempotencyKeyOf } from "../idempotency.ts";
import { principalOf, requireUser } from "../middleware/authenticate.ts";
import { preferenceOf } from "../prefer.ts";
import { bookingOf, presentBooking, presentLine } from "../presenters/booking.ts";
import type { Reads } from "../reads.ts";
import { refusalError } from "../refusals.ts";
import { succeed } from "../reply.ts";
import { BOOKING_NAMES, bookingListQuery, bookTicketsBody } from "../schemas/bookings.ts";
import { linkHeaderOf, pageFields, pageOf, paginationOf } from "../schemas/lists.ts";
import type { AppState } from "../state.ts";
import { parseBody, parseQuery } from "../validate.ts";

export interface BookingRoutesOptions {
  readonly desk: Desk;
  readonly reads: Reads;
  readonly readBody: Middleware<AppState>;
  readonly ids: { bookingId(eventNumber: number): BookingId; commandId(): CommandId };
  readonly decisionWaitMs: number;
}

type Context = RouterContext<AppState>;

const LIST_DEFAULT = 20;
const listQuery = bookingListQuery.extend(pageFields);

/** Bookings over HTTP; paths are relative to the surface's base. */
export function bookingRoutes(options: BookingRoutesOptions): Router<AppState> {
  const routes = new BookingRoutes(options);
  const { readBody } = options;
  return new Router<AppState>()
    .post("/bookings", requireUser, readBody, (ctx) => routes.book(ctx))
    .get("/bookings", requireUser, (ctx) => routes.list(ctx, principalOf(ctx).userId))
    .get("/users/bookings", requireUser, (ctx) => routes.list(ctx, principalOf(ctx).userId))
    .get("/bookings/user/:userId", requireUser, (ctx) => routes.listOf(ctx))
    .get("/bookings/reference/:reference", requireUser, (ctx) => routes.show(ctx, ctx.params.reference ?? ""))
    .get("/bookings/:id", requireUser, (ctx) => routes.show(ctx, ctx.params.id ?? ""))
    .put("/bookings/:id/cancel", requireUser, readBody, (ctx) => routes.cancel(ctx))
    .delete("/bookings/:id", requireUser, readBody, (ctx) => routes.cancel(ctx));
}

class BookingRoutes {
  readonly #options: BookingRoutesOptions;

  constructor(options: BookingRoutesOptions) {
    this.#options = options;
  }

  async book(ctx: Context): Promise<void> {
    const { desk, reads, ids, decisionWaitMs } = this.#options;
    const { userId } = principalOf(ctx);
    const body = parseBody(bookTicketsBody, ctx.request.body, BOOKING_NAMES);
    if (body.user_id !== undefined && body.user_id !== userId) {
      throw new ApiError("AUTH_UNAUTHORIZED", "You can book for yourself only; leave user_id out");
    }
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
    const key = this.#key(ctx, userId, body);
    const standing = await desk.submit({ eventId: event.eventId, command, key, waitMs: preference.waitMs });
    if (preference.applied !== null) ctx.set("Preference-Applied", preference.applied);
    await this.#answer(ctx, standing, event);
  }

  async #answer(ctx: Context, standing: Standing, event: EventView): Promise<void> {
    ctx.set("Cache-Control", "private, no-store");
    if (standing.replayed) ctx.set("Idempotency-Replayed", "true");
    if (standing.type === "refused") throw refusalError(standing.refusal, event.currency);
    if (standing.type === "queued") return this.#accepted(ctx, standing, event);
    const [outcome] = standing.entry.decision;
    switch (outcome.type) {
      case "BookingConfirmed": {
        const booking = presentBooking(
          bookingOf(standing.entry, outcome, await this.#withTier(event, outcome.tier)),
        );
        succeed(
          ctx,
          201,
          { ...booking, booking, payment_url: null },
          { message: "Tickets booked successfully" },
        );
        ctx.set("Location", `${ctx.path}/${outcome.bookingId}`);
        return;
      }
      case "BookingRejected":
        throw refusalError(outcome, event.currency);
      default:
        throw new Error(`invariant: a booking was decided as ${outcome.type}`);
    }
  }

  #accepted(ctx: Context, standing: Extract<Standing, { type: "queued" }>, event: EventView): void {
    const { commandId, position, decidedPerSecond } = standing;
    ctx.set("Location", `${ctx.path}/${commandId}`);
    ctx.set("Retry-After", String(retryAfterOf(position ?? 0, decidedPerSecond)));
    const line = position === null ? {} : presentLine({ position, decidedPerSecond });
    const data = { id: commandId, booking_id: commandId, event_id: event.eventId, status: "queued", ...line };
    succeed(ctx, 202, { ...data, booking: data, payment_url: null }, { message: "Your booking is in line" });
  }

  /** A tier that is younger than the event card needs a fresh look. */
  async #withTier(event: EventView, tier: number): Promise<EventView> {
    return event.tiers[tier] !== undefined
      ? event
      : ((await this.#options.reads.event(event.eventId)) ?? event);
  }

  async show(ctx: Context, idOrReference: string): Promise<void> {
    const booking = await this.#find(principalOf(ctx), idOrReference);
    ctx.set("Cache-Control", "private, no-store");
    if (booking.status === "queued") {
      ctx.set(
        "Retry-After",
        String(retryAfterOf(booking.line?.position ?? 0, booking.line?.decidedPerSecond ?? null)),
      );
    }
    const shown = presentBooking(booking);
    succeed(ctx, 200, { ...shown, booking: shown });
  }

  async listOf(ctx: Context): Promise<void> {
    const { userId, role } = principalOf(ctx);
    const asked = (ctx.params.userId ?? "").toLowerCase();
    if (!isUuid(asked)) throw malformed("userId");
    if (asked !== userId && role !== "admin") {
      throw new ApiError("AUTH_UNAUTHORIZED", "You can see your own bookings only");
    }
    await this.list(ctx, asked);
  }

  async list(ctx: Context, userId: string): Promise<void> {
    const query = parseQuery(listQuery, ctx.query);
    const page = pageOf(query, LIST_DEFAULT);
    const status = query.status ?? null;
    const { bookings, total } = await this.#options.reads.bookingsOfUser({ userId, status, ...page });
    ctx.set("Cache-Control", "private, no-store");
    const links = linkHeaderOf(ctx.URL, page, total);
    if (links !== null) ctx.set("Link", links);
    const shown = bookings.map(presentBooking);
    succeed(ctx, 200, shown, { count: shown.length, pagination: paginationOf(page, total) });
  }

  async cancel(ctx: Context): Promise<void> {
    const { desk, ids, decisionWaitMs } = this.#options;
    const principal = principalOf(ctx);
    const body = ctx.request.body as object;
    if (Object.keys(body).length > 0) {
      const wrong = "must be empty: the whole booking is cancelled";
      throw new ApiError("VALIDATION_ERROR", `The body ${wrong}`, { details: { body: wrong } });
    }
    const booking = await this.#find(principal, ctx.params.id ?? "");
    if (booking.status === "rejected")
      throw refusalError({ reason: "BookingRejected", facts: {} }, booking.currency);
    const command = {
      type: "CancelBooking",
      id: ids.commandId(),
      bookingId: booking.id,
      userId: booking.userId,
      by: booking.userId === principal.userId ? "customer" : "organizer",
    } as const;
    const key = this.#key(ctx, principal.userId, body);
    const standing = await desk.submit({
      eventId: booking.eventId as EventId,
      command,
      key,
      waitMs: decisionWaitMs,
    });
    if (standing.replayed) ctx.set("Idempotency-Replayed", "true");
    await this.#answerCancel(ctx, standing, booking);
  }

  async #answerCancel(ctx: Context, standing: Standing, booking: BookingView): Promise<void> {
    ctx.set("Cache-Control", "private, no-store");
    if (standing.type === "queued") {
      ctx.set("Retry-After", "1");
      const data = { booking_id: booking.id, status: booking.status };
      return succeed(ctx, 202, data, { message: "The cancellation is accepted and under way" });
    }
    if (standing.type === "refused") throw refusalError(standing.refusal, booking.currency);
    const [outcome] = standing.entry.decision;
    if (outcome.type === "CommandRefused" && outcome.reason !== "AlreadyCancelled") {
      throw refusalError(outcome, booking.currency);
    }
    const after = await this.#options.reads.booking(booking.id);
    if (after === null) throw new Error(`invariant: no booking ${booking.id} after its cancellation`);
    const shown = presentBooking(after);
    // A booking withdrawn from the line never held a seat.
    const seats = after.unitPriceMinor === null ? 0 : after.quantity;
    const refund = { refund_amount: shown.refund_amount, refunded_amount: shown.refund_amount };
    const facts = { booking_reference: after.reference, ...refund, seats_returned: seats };
    const message = "Booking cancelled successfully";
    succeed(ctx, 200, { ...shown, ...facts, booking: shown }, { message, ...facts });
  }

  /** Another person's booking is answered like one that never was. */
  async #find(principal: Principal, idOrReference: string): Promise<BookingView> {
    const { reads } = this.#options;
    const booking = isReference(idOrReference)
      ? (await reads.bookingsByReference(idOrReference)).find((found) => mayRead(principal, found))
      : await reads.booking(idOf(idOrReference));
    if (booking == null || !mayRead(principal, booking)) {
      throw new ApiError("BOOKING_NOT_FOUND", "Booking not found");
    }
    return booking;
  }

  #key(ctx: Context, userId: string, body: unknown) {
    const header = ctx.get("Idempotency-Key") || undefined;
    return idempotencyKeyOf({ header, userId, method: ctx.method, path: ctx.path, body });
  }
}

function mayRead({ userId, role }: Principal, booking: BookingView): boolean {
  return booking.userId === userId || role === "admin";
}

function idOf(given: string): string {
  const id = given.toLowerCase();
  if (!isUuid(id)) throw malformed("id", "or a booking reference");
  return id;
}

function malformed(field: string, also = ""): ApiError {
  const wrong = `must be a UUID ${also}`.trim();
  return new ApiError("VALIDATION_ERROR", `${field} ${wrong}`, { details: { [field]: wrong } });
}

function expectedTotal(amount: number | undefined, { currency }: EventView): { expectedTotalMinor?: number } {
  if (amount === undefined) return {};
  const minor = toMinor(amount, currency);
  if (minor !== null) return { expectedTotalMinor: minor };
  const wrong = `has more decimals than ${currency} has`;
  throw new ApiError("VALIDATION_ERROR", `expected_total_amount ${wrong}`, {
    details: { expected_total_amount: wrong },
  });
}
