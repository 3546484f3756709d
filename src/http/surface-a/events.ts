import Router, { type RouterContext } from "@koa/router";
import type { EventView } from "../../domain/views.ts";
import { send } from "../bare-reply.ts";
import { expectedVersion, isUnchanged } from "../conditions.ts";
import { isKeptList, listKeyOf, pageOfEvent, pageOfEvents } from "../event-pages.ts";
import { eventIdOf, findEventOfPage } from "../event-reply.ts";
import { PAGE_TAGS } from "../page-tags.ts";
import { etagOf } from "../presenters/event.ts";
import { locationOf } from "../reply.ts";
import type { EventRoutesOptions } from "../routes/events.ts";
import { filterOf } from "../routes/read-events.ts";
import { eventListQuery } from "../schemas/events.ts";
import { pageOf } from "../schemas/lists.ts";
import { answersUnchanged, sendBareList, sendBody } from "../send-page.ts";
import type { AppState } from "../state.ts";
import { isCancellationFinished } from "../steps/cancel-event.ts";
import { EventSteps } from "../steps/event-steps.ts";
import { expectNoFields, parseBody, parseQuery } from "../validate.ts";
import { cancelledEventOfA, eventOfA } from "./present.ts";
import { changeEventBody, newEventBody } from "./schemas.ts";

type Context = RouterContext<AppState>;

const LIST_DEFAULT = 50;

/** 002's events. */
export function eventRoutesOfA(options: EventRoutesOptions): Router<AppState> {
  const { readBody } = options;
  const events = new EventsOfA(options);
  return new Router<AppState>()
    .get("/events", (ctx) => events.list(ctx))
    .get("/events/:id", (ctx) => events.show(ctx))
    .post("/events", readBody, (ctx) => events.create(ctx))
    .put("/events/:id", readBody, (ctx) => events.update(ctx))
    .delete("/events/:id", readBody, (ctx) => events.cancel(ctx));
}

class EventsOfA {
  readonly #reads: EventRoutesOptions["reads"];
  readonly #pages: EventRoutesOptions["pages"];
  readonly #steps: EventSteps;

  constructor(options: EventRoutesOptions) {
    this.#reads = options.reads;
    this.#pages = options.pages;
    this.#steps = new EventSteps(options);
  }

  async list(ctx: Context): Promise<void> {
    const query = parseQuery(eventListQuery, ctx.query);
    const place = pageOf(query, LIST_DEFAULT);
    const filter = filterOf(query, place);
    const read = async () => {
      const { events, total } = await this.#reads.events(filter);
      const shown = events.map(eventOfA);
      const isKept = isKeptList(filter, shown);
      return pageOfEvents(PAGE_TAGS.lists, { events, shown, total, isKept });
    };
    const key = listKeyOf("a", filter);
    await sendBareList(ctx, await this.#pages.page({ kind: "list", key, read }), place);
  }

  async show(ctx: Context): Promise<void> {
    const id = eventIdOf(ctx.params);
    const read = async () => {
      const event = await findEventOfPage(this.#reads, id);
      return pageOfEvent(event, eventOfA(event));
    };
    const shown = await this.#pages.page({ kind: "event", key: `a:event:${id}`, read });
    if (!answersUnchanged(ctx, shown.page)) await sendBody(ctx, shown, () => shown.page.body);
  }

  async create(ctx: Context): Promise<void> {
    const body = parseBody(newEventBody, ctx.request.body);
    const { event } = await this.#steps.creating.create(ctx, body);
    ctx.set("Location", locationOf(ctx.path, event.eventId));
    sendEvent(ctx, 201, event);
  }

  async update(ctx: Context): Promise<void> {
    const body = parseBody(changeEventBody, ctx.request.body);
    const expected = expectedVersion(ctx.get("If-Match"), "3.120");
    const event = await this.#steps.commands.findOwn(ctx);
    const conditions = expected === null ? {} : { expectedVersion: expected };
    const changed = await this.#steps.changing.change(ctx, event, body, conditions);
    if (changed === null) return acceptedForLater(ctx, event);
    sendEvent(ctx, 200, changed);
  }

  async cancel(ctx: Context): Promise<void> {
    expectNoFields(ctx.request.body, "must be empty: the whole event is cancelled");
    const event = await this.#steps.commands.findOwn(ctx);
    const cancelled = await this.#steps.cancelling.cancel(ctx, event, {});
    if (cancelled === null) return acceptedForLater(ctx, event);
    send(ctx, isCancellationFinished(cancelled) ? 200 : 202, cancelledEventOfA(cancelled));
  }
}

function sendEvent(ctx: Context, status: number, event: EventView): void {
  const etag = etagOf(event);
  ctx.set("ETag", etag);
  ctx.set("Cache-Control", "no-cache");
  if (isUnchanged(ctx, etag)) ctx.status = 304;
  else send(ctx, status, eventOfA(event));
}

/** 202 with the event as it is so far. */
export function acceptedForLater(ctx: Context, event: EventView): void {
  ctx.set("Retry-After", "1");
  send(ctx, 202, eventOfA(event));
}
