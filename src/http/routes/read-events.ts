import type { RouterContext } from "@koa/router";
import type { EventFilter } from "../../domain/views.ts";
import { eventKeyOf, isKeptList, listKeyOf, pageOfEvent, pageOfEvents } from "../event-pages.ts";
import { eventIdOf, findEventOfPage } from "../event-reply.ts";
import { PAGE_TAGS } from "../page-tags.ts";
import type { Pages, ShownPage } from "../pages.ts";
import { presentEvent } from "../presenters/event.ts";
import type { Reads } from "../reads.ts";
import { eventListQuery } from "../schemas/events.ts";
import { type Page, pageOf } from "../schemas/lists.ts";
import { sendListPage, sendPage } from "../send-page.ts";
import type { AppState } from "../state.ts";
import { parseQuery } from "../validate.ts";

type Context = RouterContext<AppState>;

/** As long as a page of events is where nobody says. */
export const EVENTS_OF_A_PAGE = 50;

export interface ReadEventsOptions {
  readonly reads: Pick<Reads, "eventOfPage" | "events">;
  readonly pages: Pages;
}

/** Events for everybody. */
export class ReadEventsRoutes {
  readonly #reads: ReadEventsOptions["reads"];
  readonly #pages: Pages;

  constructor({ reads, pages }: ReadEventsOptions) {
    this.#reads = reads;
    this.#pages = pages;
  }

  async list(ctx: Context): Promise<void> {
    const query = parseQuery(eventListQuery, ctx.query);
    const place = pageOf(query, EVENTS_OF_A_PAGE);
    const shown = await this.listPage(filterOf(query, place));
    await sendListPage(ctx, shown, place, { cached: shown.cached });
  }

  async show(ctx: Context): Promise<void> {
    const shown = await this.eventPage(eventIdOf(ctx.params));
    await sendPage(ctx, shown, { cached: shown.cached });
  }

  /** @throws ApiError EVENT_NOT_FOUND. */
  eventPage(id: string): Promise<ShownPage> {
    const read = async () => {
      const event = await findEventOfPage(this.#reads, id);
      const now = Date.now();
      return pageOfEvent(event, presentEvent(event, now), now);
    };
    return this.#pages.page({ kind: "event", key: eventKeyOf(id), read });
  }

  listPage(filter: EventFilter): Promise<ShownPage> {
    const read = async () => {
      const { events, total } = await this.#reads.events(filter);
      const now = Date.now();
      const shown = events.map((event) => presentEvent(event, now));
      const isKept = isKeptList(filter, shown);
      return pageOfEvents(PAGE_TAGS.lists, { events, shown, total, isKept });
    };
    return this.#pages.page({ kind: "list", key: listKeyOf("v1", filter), read });
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
