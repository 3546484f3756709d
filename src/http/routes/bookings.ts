import Router from "@koa/router";
import type { Middleware } from "koa";
import { principalOf, requireUser } from "../middleware/authenticate.ts";
import type { Reads } from "../reads.ts";
import type { AppState } from "../state.ts";
import { type BookTicketsOptions, BookTicketsRoute } from "./book-tickets.ts";
import { type CancelBookingOptions, CancelBookingRoute } from "./cancel-booking.ts";
import { ReadBookingsRoutes } from "./read-bookings.ts";

export type BookingRoutesOptions = BookTicketsOptions &
  CancelBookingOptions & { readonly reads: Reads; readonly readBody: Middleware<AppState> };

/** Bookings over HTTP; paths are relative to the surface's base. */
export function bookingRoutes(options: BookingRoutesOptions): Router<AppState> {
  const { readBody } = options;
  const booking = new BookTicketsRoute(options);
  const cancelling = new CancelBookingRoute(options);
  const reading = new ReadBookingsRoutes(options.reads);
  return new Router<AppState>()
    .post("/bookings", requireUser, readBody, (ctx) => booking.book(ctx))
    .get("/bookings", requireUser, (ctx) => reading.list(ctx, principalOf(ctx).userId))
    .get("/users/bookings", requireUser, (ctx) => reading.list(ctx, principalOf(ctx).userId))
    .get("/bookings/user/:userId", requireUser, (ctx) => reading.listOf(ctx))
    .get("/bookings/reference/:reference", requireUser, (ctx) =>
      reading.show(ctx, ctx.params.reference ?? ""),
    )
    .get("/bookings/:id", requireUser, (ctx) => reading.show(ctx, ctx.params.id ?? ""))
    .put("/bookings/:id/cancel", requireUser, readBody, (ctx) => cancelling.cancel(ctx))
    .delete("/bookings/:id", requireUser, readBody, (ctx) => cancelling.cancel(ctx));
}
