import type { RouterContext } from "@koa/router";
import { expectedVersion } from "../conditions.ts";
import { sendEvent } from "../event-reply.ts";
import { EVENT_NAMES, updateEventBody } from "../schemas/events.ts";
import type { AppState } from "../state.ts";
import { ChangeEventStep } from "../steps/change-event.ts";
import { parseBody } from "../validate.ts";
import type { Venues } from "../venues.ts";
import { acceptedForLater, type EventCommands } from "./event-commands.ts";

const ETAG_EXAMPLE = "3.120";

/** Changes of an event; what a body leaves out stays. */
export class ChangeEventRoute {
  readonly #commands: EventCommands;
  readonly #step: ChangeEventStep;

  constructor(commands: EventCommands, venues: Pick<Venues, "byId">) {
    this.#commands = commands;
    this.#step = new ChangeEventStep(commands, venues);
  }

  async update(ctx: RouterContext<AppState>): Promise<void> {
    const body = parseBody(updateEventBody, ctx.request.body, EVENT_NAMES);
    const expected = expectedVersion(ctx.get("If-Match"), ETAG_EXAMPLE);
    const event = await this.#commands.findOwn(ctx);
    const conditions = expected === null ? {} : { expectedVersion: expected };
    const changed = await this.#step.change(ctx, event, body, conditions);
    if (changed === null) return acceptedForLater(ctx, event, "The change is accepted and under way");
    sendEvent(ctx, 200, changed, "Event updated successfully");
  }
}
