import Router, { type RouterContext } from "@koa/router";
import { SEAT } from "../../domain/seat-map.ts";
import type { EventView } from "../../domain/views.ts";
import { ApiError } from "../errors.ts";
import { isKeptList, listKeyOf, pageOfEvent, pageOfEvents } from "../event-pages.ts";
import { eventTag, PAGE_TAGS } from "../page-tags.ts";
import type { PageRead, Pages } from "../pages.ts";
import { SEAT_WORDS } from "../presenters/seat-rows.ts";
import type { Reads } from "../reads.ts";
import { type Page, pageOf } from "../schemas/lists.ts";
import { sendBareList, sendBody } from "../send-page.ts";
import type { AppState } from "../state.ts";
import { parseQuery } from "../validate.ts";
import { integerOf } from "./numbers.ts";
import { eventOfB, seatOfB } from "./present.ts";
import { listQuery, seatListQuery } from "./schemas.ts";

type Context = RouterContext<AppState>;
type EventReads = Pick<Reads, "eventByNumber" | "events" | "seating" | "takenSeats">;

interface EventsOfB {
  readonly reads: EventReads;
  readonly pages: Pages;
}

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
export function eventRoutesOfB(options: EventsOfB): Router<AppState> {
  return new Router<AppState>()
    .get("/events", (ctx) => list(ctx, options))
    .get("/events/:event_id", (ctx) => show(ctx, options))
    .get("/events/:event_id/seats", (ctx) => listSeats(ctx, options));
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

async function show(ctx: Context, { reads, pages }: EventsOfB): Promise<void> {
  const number = eventNumberIn(ctx);
  const read = async () => {
    const event = await shownEvent(reads, number);
    return pageOfEvent(event, eventOfB(event));
  };
  const shown = await pages.page({ kind: "event", key: `b:event:${number}`, read });
  ctx.set("Cache-Control", "no-cache");
  await sendBody(ctx, shown, () => shown.page.body);
}

async function list(ctx: Context, { reads, pages }: EventsOfB): Promise<void> {
  const place = pageOf(parseQuery(listQuery, ctx.query), LIST_DEFAULT);
  const filter = { ...ALL_EVENTS, ...place };
  const read = async () => {
    const { events, total } = await reads.events(filter);
    const shown = events.map(eventOfB);
    return pageOfEvents(PAGE_TAGS.lists, { events, shown, total, isKept: isKeptList(filter, shown) });
  };
  await sendBareList(ctx, await pages.page({ kind: "list", key: listKeyOf("b", filter), read }), place);
}

async function listSeats(ctx: Context, { reads, pages }: EventsOfB): Promise<void> {
  const query = parseQuery(seatListQuery, ctx.query);
  const place = pageOf(query, LIST_DEFAULT);
  const number = eventNumberIn(ctx);
  const key = `b:seats:${number}:${query.status}:${place.limit}:${place.offset}`;
  const read = () => readSeats(reads, number, { status: query.status, place });
  await sendBareList(ctx, await pages.page({ kind: "seats", key, read }), place);
}

/** Seats in the order of the layout; none where an event sells tickets only. */
async function readSeats(
  reads: EventReads,
  eventNumber: number,
  { status: wanted, place }: { readonly status: string; readonly place: Page },
): Promise<PageRead> {
  const event = await shownEvent(reads, eventNumber);
  const seating = event.isSeated ? await reads.seating(event.eventId) : null;
  const { taken } = seating === null ? { taken: [] } : await reads.takenSeats(event.eventId);
  const status = new Uint8Array(seating?.count ?? 0).fill(SEAT.free);
  for (const one of taken) status[one.seat] = one.status;
  const meant: number[] = [];
  for (const [seat, is] of status.entries()) {
    if (wanted === "all" || SEAT_WORDS[is] === wanted) meant.push(seat);
  }
  const rows = meant
    .slice(place.offset, place.offset + place.limit)
    .flatMap((seat) =>
      seating === null
        ? []
        : [seatOfB(event, seating, { seat, status: SEAT_WORDS[status[seat] ?? SEAT.free] })],
    );
  return {
    // Of the event, since 003 has none for its seats.
    ...pageOfEvent(event, rows),
    count: rows.length,
    total: meant.length,
    tags: [PAGE_TAGS.seats, eventTag(event.eventId)],
    isKept: rows.length > 0,
  };
}
