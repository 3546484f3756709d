import Router, { type RouterContext } from "@koa/router";
import type { EventView, WaitlistEntryView } from "../../domain/views.ts";
import { send } from "../bare-reply.ts";
import { eventIdOf, findEvent } from "../event-reply.ts";
import { principalOf } from "../middleware/authenticate.ts";
import { refusalError } from "../refusals.ts";
import { EventCommands } from "../routes/event-commands.ts";
import type { WaitlistRoutesOptions } from "../routes/waitlist.ts";
import type { AppState } from "../state.ts";
import { JoinWaitlistStep } from "../steps/join-waitlist.ts";
import { LeaveWaitlistStep } from "../steps/leave-waitlist.ts";
import { expectNoFields, parseBody } from "../validate.ts";
import { acceptedForLater } from "./events.ts";
import { entryOfA } from "./present.ts";
import { newPlaceBody } from "./schemas.ts";

type Context = RouterContext<AppState>;

/** 002's waitlist: everybody's own place. */
export function waitlistRoutesOfA(options: WaitlistRoutesOptions): Router<AppState> {
  const { readBody } = options;
  const places = new PlacesOfA(options);
  return new Router<AppState>()
    .post("/waitlist", readBody, (ctx) => places.join(ctx))
    .get("/waitlist/position/:eventId", (ctx) => places.show(ctx))
    .delete("/waitlist/:eventId", readBody, (ctx) => places.leave(ctx));
}

class PlacesOfA {
  readonly #reads: WaitlistRoutesOptions["reads"];
  readonly #joining: JoinWaitlistStep;
  readonly #leaving: LeaveWaitlistStep;

  constructor(options: WaitlistRoutesOptions) {
    const commands = new EventCommands(options);
    this.#reads = options.reads;
    this.#joining = new JoinWaitlistStep(options, commands);
    this.#leaving = new LeaveWaitlistStep(options.reads, commands);
  }

  async join(ctx: Context): Promise<void> {
    const { eventId, quantity } = parseBody(newPlaceBody, ctx.request.body);
    const event = await findEvent(this.#reads, eventId);
    const entry = await this.#joining.join(ctx, event, { quantity });
    if (entry === null) return acceptedForLater(ctx, event);
    ctx.set("Location", `${ctx.path.replace(/\/+$/, "")}/position/${eventId}`);
    sendEntry(ctx, 201, entry);
  }

  async show(ctx: Context): Promise<void> {
    sendEntry(ctx, 200, (await this.#place(ctx)).entry);
  }

  async leave(ctx: Context): Promise<void> {
    expectNoFields(ctx.request.body, "must be empty: the whole entry is given up");
    const { event, entry } = await this.#place(ctx);
    const left = await this.#leaving.leave(ctx, event, entry);
    if (left === null) return acceptedForLater(ctx, event);
    sendEntry(ctx, 200, left);
  }

  async #place(ctx: Context): Promise<{ readonly event: EventView; readonly entry: WaitlistEntryView }> {
    const event = await findEvent(this.#reads, eventIdOf(ctx.params));
    const entry = await this.#reads.waitlistEntry(event.eventId, principalOf(ctx).userId);
    if (entry === null) throw refusalError({ reason: "WaitlistEntryNotFound", facts: {} }, event.currency);
    return { event, entry };
  }
}

function sendEntry(ctx: Context, status: number, entry: WaitlistEntryView): void {
  send(ctx, status, entryOfA(entry));
}
