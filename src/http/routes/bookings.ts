import Router from "@koa/router";
import type { Middleware } from "koa";
import { principalOf } from "../middleware/authenticate.ts";
import type { PaymentPorts } from "../payment-desk.ts";
import type { Reads } from "../reads.ts";
import type { AppState } from "../state.ts";
import type { BookTicketsOptions } from "../steps/book-tickets.ts";
import { BookTicketsRoute } from "./book-tickets.ts";
import { type BookingCommandOptions, BookingCommands } from "./booking-commands.ts";
import { CancelBookingRoute } from "./cancel-booking.ts";
import { ChangeHandsRoutes } from "./change-hands.ts";
import { ConfirmBookingRoute } from "./confirm-booking.ts";
import { ReadBookingsRoutes } from "./read-bookings.ts";

export type BookingRoutesOptions = BookTicketsOptions &
  BookingCommandOptions & {
    readonly reads: Reads;
    readonly payments: PaymentPorts;
    readonly readBody: Middleware<AppState>;
  };

/** Bookings over HTTP; paths are relative to the surface's base. */
export function bookingRoutes(options: BookingRoutesOptions): Router<AppState> {
  const { readBody, reads, payments } = options;
  const commands = new BookingCommands(options);
  const booking = new BookTicketsRoute(options);
  const confirming = new ConfirmBookingRoute({ commands, payments, reads });
  const cancelling = new CancelBookingRoute(commands);
  const hands = new ChangeHandsRoutes({ commands, reads });
  const reading = new ReadBookingsRoutes(reads);
  return new Router<AppState>()
    .post("/bookings", readBody, (ctx) => booking.book(ctx))
    .get("/bookings", (ctx) => reading.list(ctx, principalOf(ctx).userId))
    .get("/users/bookings", (ctx) => reading.list(ctx, principalOf(ctx).userId))
    .get("/bookings/user/:userId", (ctx) => reading.listOf(ctx))
    .get("/bookings/reference/:reference", (ctx) => reading.show(ctx, ctx.params.reference ?? ""))
    .get("/bookings/:id", (ctx) => reading.show(ctx, ctx.params.id ?? ""))
    .post("/bookings/:id/confirm", readBody, (ctx) => confirming.confirm(ctx))
    .put("/bookings/:id/cancel", readBody, (ctx) => cancelling.cancel(ctx))
    .delete("/bookings/:id", readBody, (ctx) => cancelling.cancelAll(ctx))
    .post("/bookings/:id/transfer", readBody, (ctx) => hands.transfer(ctx))
    .post("/bookings/:id/exchange", readBody, (ctx) => hands.exchange(ctx))
    .get("/events/:id/bookings", (ctx) => reading.listOfEvent(ctx));
}
