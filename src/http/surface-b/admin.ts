import Router, { type RouterContext } from "@koa/router";
import type { EventView } from "../../domain/views.ts";
import { send } from "../bare-reply.ts";
import type { EventRoutesOptions } from "../routes/events.ts";
import type { AppState } from "../state.ts";
import { EventSteps } from "../steps/event-steps.ts";
import { parseBody } from "../validate.ts";
import { eventNumberIn, shownEvent } from "./events.ts";
import { eventOfB } from "./present.ts";
import { changeEventBody, newEventBody } from "./schemas.ts";

type Context = RouterContext<AppState>;

/** 003's events for those who make them. */
export function adminRoutesOfB(options: EventRoutesOptions): Router<AppState> {
  const { readBody } = options;
  const admin = new AdminOfB(options);
  return new Router<AppState>()
    .post("/admin/events", readBody, (ctx) => admin.create(ctx))
    .put("/admin/events/:event_id", readBody, (ctx) => admin.update(ctx))
    .delete("/admin/events/:event_id", (ctx) => admin.remove(ctx));
}

class AdminOfB {
  readonly #reads: EventRoutesOptions["reads"];
  readonly #steps: EventSteps;

  constructor(options: EventRoutesOptions) {
    this.#reads = options.reads;
    this.#steps = new EventSteps(options);
  }

  async create(ctx: Context): Promise<void> {
    const { event } = await this.#steps.creating.create(ctx, parseBody(newEventBody, ctx.request.body));
    ctx.set("Location", `/events/${event.number}`);
    send(ctx, 201, eventOfB(event));
  }

  /** The seats are as many as they were: who names another number is refused. */
  async update(ctx: Context): Promise<void> {
    const body = parseBody(changeEventBody, ctx.request.body);
    const { start_time: event_date, total_seats: seats, ...same } = body;
    const event = await this.#own(ctx);
    const conditions = seats === undefined ? {} : { capacityExpected: seats };
    const changed = await this.#steps.changing.change(ctx, event, { ...same, event_date }, conditions);
    answer(ctx, changed, event);
  }

  /** Hides an event that nobody has a ticket for: it is cancelled, and its ledger stays. */
  async remove(ctx: Context): Promise<void> {
    const event = await this.#own(ctx);
    answer(ctx, await this.#steps.cancelling.cancel(ctx, event, { unlessBooked: true }), event);
  }

  async #own(ctx: Context): Promise<EventView> {
    const { eventId } = await shownEvent(this.#reads, eventNumberIn(ctx));
    return await this.#steps.commands.findOwn(ctx, eventId);
  }
}

/** 200 with the event as it is now, or 202 with the event as it was where that is in line. */
function answer(ctx: Context, now: EventView | null, before: EventView): void {
  if (now === null) ctx.set("Retry-After", "1");
  send(ctx, now === null ? 202 : 200, eventOfB(now ?? before));
}
