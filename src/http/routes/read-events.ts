import type { RouterContext } from "@koa/router";
import type { EventFilter } from "../../domain/views.ts";
import { eventIdOf, findEvent, sendEvent } from "../event-reply.ts";
import { presentEvent } from "../presenters/event.ts";
import type { Reads } from "../reads.ts";
import { succeedWithPublicPage } from "../reply.ts";
import { eventListQuery } from "../schemas/events.ts";
import { type Page, pageOf } from "../schemas/lists.ts";
import type { AppState } from "../state.ts";
import { parseQuery } from "../validate.ts";

type Context = RouterContext<AppState>;

const LIST_DEFAULT = 50;

/** Events for everybody. */
export class ReadEventsRoutes {
  readonly #reads: Pick<Reads, "event" | "events">;

  constructor(reads: Pick<Reads, "event" | "events">) {
    this.#reads = reads;
  }

  async list(ctx: Context): Promise<void> {
    const query = parseQuery(eventListQuery, ctx.query);
    const page = pageOf(query, LIST_DEFAULT);
    const { events, total } = await this.#reads.events(filterOf(query, page));
    const now = Date.now();
    const shown = events.map((event) => presentEvent(event, now));
    succeedWithPublicPage(ctx, shown, { page, total }, { cached: false });
  }

  async show(ctx: Context): Promise<void> {
    sendEvent(ctx, 200, await findEvent(this.#reads, eventIdOf(ctx.params)));
  }
}

/** 001's statuses and 004's phases share one filter. */
export function filterOf(query: ReturnType<typeof eventListQuery.parse>, page: Page): EventFilter {
  const { status } = query;
  const isPhase = status === "upcoming" || status === "ongoing" || status === "completed";
  return {
    status: status === "active" || status === "cancelled" ? status : null,
    phase: isPhase ? status : null,
    from: query.start_date ?? null,
    until: query.end_date ?? null,
    venueId: query.venue_id ?? null,
    category: query.category ?? null,
    search: query.search ?? null,
    ...page,
  };
}
