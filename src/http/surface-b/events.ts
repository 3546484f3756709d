import Router, { type RouterContext } from "@koa/router";
import { SEAT } from "../../domain/seat-map.ts";
import type { EventView } from "../../domain/views.ts";
import { send, sendList } from "../bare-reply.ts";
import { ApiError } from "../errors.ts";
import { SEAT_WORDS } from "../presenters/seat-rows.ts";
import type { Reads } from "../reads.ts";
import { pageOf } from "../schemas/lists.ts";
import type { AppState } from "../state.ts";
import { parseQuery } from "../validate.ts";
import { integerOf } from "./numbers.ts";
import { eventOfB, seatOfB } from "./present.ts";
import { listQuery, seatListQuery } from "./schemas.ts";

type Context = RouterContext<AppState>;
type EventReads = Pick<Reads, "eventByNumber" | "events" | "seating" | "takenSeats">;

const LIST_DEFAULT = 100;
const ALL_EVENTS = {
  status: null,
  phase: null,
  from: null,
  until: null,
  venueId: null,
  category: null,
  search: null,
  withoutCancelled: true,
} as const;

/** 003's events for everybody. */
export function eventRoutesOfB(reads: EventReads): Router<AppState> {
  return new Router<AppState>()
    .get("/events", (ctx) => list(ctx, reads))
    .get("/events/:event_id", async (ctx) => {
      ctx.set("Cache-Control", "no-cache");
      send(ctx, 200, eventOfB(await shownEvent(reads, eventNumberIn(ctx))));
    })
    .get("/events/:event_id/seats", (ctx) => listSeats(ctx, reads));
}

export function eventNumberIn(ctx: Context): number {
  return integerOf("event_id", ctx.params.event_id ?? "");
}

/** An event that is shown here: one that was cancelled is not. @throws ApiError EVENT_NOT_FOUND. */
export async function shownEvent(reads: Pick<Reads, "eventByNumber">, number: number): Promise<EventView> {
  const event = await reads.eventByNumber(number);
  if (event !== null && event.status !== "cancelled") return event;
  throw new ApiError("EVENT_NOT_FOUND", "Event not found");
}

async function list(ctx: Context, reads: EventReads): Promise<void> {
  const page = pageOf(parseQuery(listQuery, ctx.query), LIST_DEFAULT);
  const { events, total } = await reads.events({ ...ALL_EVENTS, ...page });
  ctx.set("Cache-Control", "no-cache");
  sendList(ctx, events.map(eventOfB), { page, total });
}

/** Seats in the order of the layout; none where an event sells tickets only. */
async function listSeats(ctx: Context, reads: EventReads): Promise<void> {
  const query = parseQuery(seatListQuery, ctx.query);
  const page = pageOf(query, LIST_DEFAULT);
  const event = await shownEvent(reads, eventNumberIn(ctx));
  const seating = event.isSeated ? await reads.seating(event.eventId) : null;
  const { taken } = seating === null ? { taken: [] } : await reads.takenSeats(event.eventId);
  const status = new Uint8Array(seating?.count ?? 0).fill(SEAT.free);
  for (const one of taken) status[one.seat] = one.status;
  const meant: number[] = [];
  for (const [seat, is] of status.entries()) {
    if (query.status === "all" || SEAT_WORDS[is] === query.status) meant.push(seat);
  }
  const shown = meant.slice(page.offset, page.offset + page.limit);
  ctx.set("Cache-Control", "no-cache");
  const rows =
    seating === null
      ? []
      : shown.map((seat) => seatOfB(event, seating, { seat, status: SEAT_WORDS[status[seat] ?? SEAT.free] }));
  sendList(ctx, rows, { page, total: meant.length });
}
