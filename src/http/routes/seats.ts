import type { RouterContext } from "@koa/router";
import { seatIdOf, seatOf } from "../../domain/seat-ids.ts";
import type { Seating } from "../../domain/seating.ts";
import { availableSeats } from "../../domain/state.ts";
import type { EventView } from "../../domain/views.ts";
import { eventIdOf, findEvent } from "../event-reply.ts";
import { eventTag, PAGE_TAGS } from "../page-tags.ts";
import type { PageRead, Pages } from "../pages.ts";
import type { Reads } from "../reads.ts";
import { refusalError } from "../refusals.ts";
import { succeed } from "../reply.ts";
import { namedSeatsBody, SEAT_NAMES, type SeatsQuery, seatsQuery } from "../schemas/seating.ts";
import { SeatPages } from "../seat-pages.ts";
import { answersUnchanged, sendBody } from "../send-page.ts";
import type { AppState } from "../state.ts";
import { malformed, parseBody, parseQuery } from "../validate.ts";
import { acceptedForLater, type EventCommands } from "./event-commands.ts";

type Context = RouterContext<AppState>;
type SeatReads = Pick<Reads, "event" | "seating" | "takenSeats">;

export interface SeatRoutesOptions {
  readonly reads: SeatReads;
  readonly pages: Pages;
}

/** So many seats one command may move; a larger section is blocked row by row. */
const SEATS_MOVED_MAX = 10_000;

/** Seats for everybody to see, and for the organizer to take off sale. */
export class SeatRoutes {
  readonly #reads: SeatReads;
  readonly #pages: Pages;
  readonly #seats: SeatPages;
  readonly #commands: EventCommands;

  constructor({ reads, pages }: SeatRoutesOptions, commands: EventCommands) {
    this.#reads = reads;
    this.#pages = pages;
    this.#seats = new SeatPages(reads);
    this.#commands = commands;
  }

  /** The seats by section and row. */
  async show(ctx: Context): Promise<void> {
    const id = eventIdOf(ctx.params);
    const filter = parseQuery(seatsQuery, ctx.query);
    const { status, section = null, price_tier: tier = null } = filter;
    const key = `v1:seats:${id}:${JSON.stringify([status, section, tier])}`;
    const shown = await this.#pages.page({ kind: "seats", key, read: () => this.#read(id, filter) });
    if (answersUnchanged(ctx, shown.page)) return;
    // It is whole as it is: a large hall is not copied for each who looks at it.
    await sendBody(ctx, shown, () => shown.page.body, 0);
  }

  async #read(id: string, filter: SeatsQuery): Promise<PageRead> {
    const event = await findEvent(this.#reads, id);
    const { body, isInLayout, ...at } = await this.#seats.page(event, filter);
    const tags = [PAGE_TAGS.seats, eventTag(event.eventId)];
    return { etag: etagOf(at), body, count: 0, total: 0, tags, goodUntilMs: null, isKept: isInLayout };
  }

  async move(ctx: Context, type: "BlockSeats" | "ReleaseSeats"): Promise<void> {
    const commands = this.#commands;
    const body = parseBody(namedSeatsBody, ctx.request.body, SEAT_NAMES);
    const event = await commands.findOwn(ctx);
    const seating = await this.#seatingOf(event);
    const { seat_ids: ids } = body;
    const seats = ids === undefined ? ofSection(seating, body) : byIds(event, seating, ids);
    const standing = await commands.submit(ctx, event, { type, id: commands.newId(), seats }, body);
    const done = type === "BlockSeats" ? "blocked" : "released";
    if (standing.type === "queued")
      return acceptedForLater(ctx, event, `The seats are to be ${done}; that is under way`);
    const now = await commands.find(ctx);
    const data = {
      event_id: now.eventId,
      quantity: seats.length,
      seat_ids: seats.map((seat) => seatIdOf(now.number, seat)),
      status: type === "BlockSeats" ? "blocked" : "available",
      available_seats: availableSeats(now),
    };
    succeed(ctx, 200, data, { message: `${seats.length} ${seats.length === 1 ? "seat" : "seats"} ${done}` });
  }

  async #seatingOf(event: EventView): Promise<Seating> {
    const seating = event.isSeated ? await this.#reads.seating(event.eventId) : null;
    if (seating === null) throw refusalError({ reason: "NotSeated", facts: {} }, event.currency);
    return seating;
  }
}

function etagOf({ version, seq }: { readonly version: number; readonly seq: number }): string {
  return `"${version}.${seq}"`;
}

function byIds({ number }: EventView, { count }: Seating, ids: readonly string[]): number[] {
  const seats = ids.map((id) => seatOf(number, id));
  const unknown = ids.filter((_, at) => !((seats[at] ?? count) < count));
  if (unknown.length > 0) throw malformed("seat_ids", `has ids of no seats of this event: ${unknown[0]}`);
  if (new Set(seats).size < seats.length) throw malformed("seat_ids", "names a seat twice");
  return seats as number[];
}

function ofSection(
  { rows }: Seating,
  { section, row }: { readonly section?: string | undefined; readonly row?: string | undefined },
): number[] {
  const inSection = rows.filter((one) => one.section === section);
  if (inSection.length === 0) throw malformed("section", "is no section of this event");
  const meant = row === undefined ? inSection : inSection.filter(({ label }) => label === row);
  if (meant.length === 0) throw malformed("row", `is no row of section "${section}"`);
  const seats = meant.reduce((sum, { count }) => sum + count, 0);
  if (seats > SEATS_MOVED_MAX) {
    throw malformed("section", `has ${seats} seats, more than ${SEATS_MOVED_MAX} at once; name its rows`);
  }
  return meant.flatMap(({ first, count }) => Array.from({ length: count }, (_, at) => first + at));
}
