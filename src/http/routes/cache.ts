import Router, { type RouterContext } from "@koa/router";
import type { Middleware } from "koa";
import type { CacheDesk } from "../cache-desk.ts";
import type { EventStreams } from "../event-streams.ts";
import { tagsOf } from "../page-tags.ts";
import type { ShownPage } from "../pages.ts";
import { presentCacheFigures } from "../presenters/cache.ts";
import type { Reads } from "../reads.ts";
import { succeed } from "../reply.ts";
import { invalidateBody, streamQuery, warmBody } from "../schemas/cache.ts";
import type { AppState } from "../state.ts";
import { parseBody, parseQuery } from "../validate.ts";
import { POPULAR_OF_A_PAGE, popularPage } from "./popular-events.ts";
import { EVENTS_OF_A_PAGE, filterOf, ReadEventsRoutes } from "./read-events.ts";

type Context = RouterContext<AppState>;

export interface CacheRoutesOptions {
  readonly cache: { readonly desk: CacheDesk; readonly streams: EventStreams };
  readonly reads: Pick<Reads, "eventOfPage" | "events" | "popularEvents">;
  readonly readBody: Middleware<AppState>;
}

/** The cache of pages, for admins. */
export function cacheRoutes(options: CacheRoutesOptions): Router<AppState> {
  const routes = new CacheRoutes(options);
  return new Router<AppState>()
    .get("/cache/stats", (ctx) => routes.stats(ctx))
    .get("/cache/metrics", (ctx) => routes.stream(ctx))
    .post("/cache/warm", options.readBody, (ctx) => routes.warm(ctx))
    .post("/cache/invalidate", options.readBody, (ctx) => routes.invalidate(ctx));
}

class CacheRoutes {
  readonly #options: CacheRoutesOptions;

  constructor(options: CacheRoutesOptions) {
    this.#options = options;
  }

  async stats(ctx: Context): Promise<void> {
    succeed(ctx, 200, presentCacheFigures(await this.#options.cache.desk.figures()));
  }

  /** The same figures again and again, as server-sent events. */
  stream(ctx: Context): void {
    const { interval_ms: everyMs, events: eventsMax = null } = parseQuery(streamQuery, ctx.query);
    const { desk, streams } = this.#options.cache;
    const read = async () => JSON.stringify(presentCacheFigures(await desk.figures()));
    streams.send(ctx, { name: "metrics", everyMs, eventsMax, read });
  }

  /** Makes the list, then the page of each event on it, one after the other: this is no reason to hurry. */
  async warm(ctx: Context): Promise<void> {
    const { type, target } = parseBody(warmBody, ctx.request.body);
    const { cache, reads } = this.#options;
    const { pages } = cache.desk;
    const reading = new ReadEventsRoutes({ reads, pages });
    const started = performance.now();
    const list =
      target === "popular_events"
        ? await popularPage({ reads, pages }, { limit: POPULAR_OF_A_PAGE, offset: 0 })
        : await reading.listPage(filterOf({}, { limit: EVENTS_OF_A_PAGE, offset: 0 }));
    const made: ShownPage[] = [list];
    for (const { id } of JSON.parse(list.page.body.toString()) as { id: string }[]) {
      made.push(await reading.eventPage(id));
    }
    const cached = made.filter((one) => one.cached).length;
    const data = {
      type,
      target,
      pages: made.length,
      warmed: made.length - cached,
      elapsed_ms: Math.round(performance.now() - started),
    };
    succeed(ctx, 200, data, { message: `${data.warmed} pages made, ${cached} were there` });
  }

  async invalidate(ctx: Context): Promise<void> {
    const { keys } = parseBody(invalidateBody, ctx.request.body);
    const tags = [...new Set(keys.flatMap((key) => tagsOf(key) ?? []))];
    if (tags.length > 0) await this.#options.cache.desk.invalidate(tags);
    const message =
      tags.length === 0
        ? "Of people nothing is kept"
        : "What was kept of these is read anew, in every process";
    succeed(ctx, 200, { keys, tags }, { message });
  }
}
