import Router from "@koa/router";
import type { Middleware } from "koa";
import type { Pages } from "../pages.ts";
import type { Reads } from "../reads.ts";
import type { AppState } from "../state.ts";
import type { CreateEventOptions } from "../steps/create-event.ts";
import { CancelEventRoute } from "./cancel-event.ts";
import { ChangeEventRoute } from "./change-event.ts";
import { CreateEventRoute } from "./create-event.ts";
import { type EventCommandOptions, EventCommands } from "./event-commands.ts";
import { listPopular } from "./popular-events.ts";
import { ReadEventsRoutes } from "./read-events.ts";
import { SaleControlRoutes } from "./sale-control.ts";
import { SeatRoutes } from "./seats.ts";

export type EventRoutesOptions = CreateEventOptions &
  EventCommandOptions & {
    readonly reads: Reads;
    readonly pages: Pages;
    readonly readBody: Middleware<AppState>;
  };

/** Events over HTTP; paths are relative to the surface's base. */
export function eventRoutes(options: EventRoutesOptions): Router<AppState> {
  const { readBody, reads } = options;
  const reading = new ReadEventsRoutes(options);
  const creating = new CreateEventRoute(options);
  const commands = new EventCommands(options);
  const changing = new ChangeEventRoute(commands, options.venues);
  const cancelling = new CancelEventRoute(commands);
  const seats = new SeatRoutes(options, commands);
  const selling = new SaleControlRoutes(reads, commands);
  const router = new Router<AppState>()
    .get("/events", (ctx) => reading.list(ctx))
    // Before the route of ids.
    .get("/events/popular", (ctx) => listPopular(options, ctx))
    .get("/events/:id", (ctx) => reading.show(ctx))
    .get("/events/:id/seats", (ctx) => seats.show(ctx))
    .post("/events/:id/seats/block", readBody, (ctx) => seats.move(ctx, "BlockSeats"))
    .post("/events/:id/seats/release", readBody, (ctx) => seats.move(ctx, "ReleaseSeats"))
    .post("/events/:id/pause", readBody, (ctx) => selling.pauseOrResume(ctx, "PauseSale"))
    .post("/events/:id/resume", readBody, (ctx) => selling.pauseOrResume(ctx, "ResumeSale"))
    .post("/events/:id/promo-codes", readBody, (ctx) => selling.addCode(ctx))
    .get("/events/:id/promo-codes", (ctx) => selling.listCodes(ctx));
  for (const base of ["/events", "/admin/events"]) {
    router
      .post(base, readBody, (ctx) => creating.create(ctx))
      .put(`${base}/:id`, readBody, (ctx) => changing.update(ctx))
      .patch(`${base}/:id`, readBody, (ctx) => changing.update(ctx))
      .delete(`${base}/:id`, readBody, (ctx) => cancelling.cancel(ctx));
  }
  return router;
}
