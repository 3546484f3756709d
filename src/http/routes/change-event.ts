import type { RouterContext } from "@koa/router";
import { changesOf } from "../event-desk.ts";
import { sendEvent } from "../event-reply.ts";
import { EVENT_NAMES, updateEventBody } from "../schemas/events.ts";
import type { AppState } from "../state.ts";
import { malformed, parseBody } from "../validate.ts";
import { acceptedForLater, type EventCommands } from "./event-commands.ts";

/** Changes of an event; what a body leaves out stays. */
export class ChangeEventRoute {
  readonly #commands: EventCommands;

  constructor(commands: EventCommands) {
    this.#commands = commands;
  }

  async update(ctx: RouterContext<AppState>): Promise<void> {
    const commands = this.#commands;
    const body = parseBody(updateEventBody, ctx.request.body, EVENT_NAMES);
    const expected = expectedVersion(ctx.get("If-Match"));
    const event = await commands.findOwn(ctx);
    const command = {
      type: "ChangeEvent",
      id: commands.newId(),
      changes: changesOf(body, event.currency),
      ...(expected === null ? {} : { expectedVersion: expected }),
    } as const;
    const standing = await commands.submit(ctx, event, command, body);
    if (standing.type === "queued")
      return acceptedForLater(ctx, event, "The change is accepted and under way");
    sendEvent(ctx, 200, await commands.find(ctx), "Event updated successfully");
  }
}

/** The version in `If-Match: "<version>.<seq>"`; sales since then do not matter to an organiser's change. */
function expectedVersion(header: string): number | null {
  if (header === "" || header === "*") return null;
  const version = /^(?:W\/)?"(\d{1,15})(?:\.\d+)?"$/.exec(header)?.[1];
  if (version !== undefined) return Number(version);
  throw malformed("If-Match", 'must be an ETag of this event, such as "3.120"');
}
