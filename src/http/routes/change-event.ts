import type { RouterContext } from "@koa/router";
import { expectedVersion } from "../conditions.ts";
import { changesOf } from "../drafts/event-changes.ts";
import { sendEvent } from "../event-reply.ts";
import { EVENT_NAMES, updateEventBody } from "../schemas/events.ts";
import type { AppState } from "../state.ts";
import { parseBody } from "../validate.ts";
import { movedBy, type Venues } from "../venues.ts";
import { acceptedForLater, type EventCommands } from "./event-commands.ts";

const ETAG_EXAMPLE = "3.120";

/** Changes of an event; what a body leaves out stays. */
export class ChangeEventRoute {
  readonly #commands: EventCommands;
  readonly #venues: Pick<Venues, "byId">;

  constructor(commands: EventCommands, venues: Pick<Venues, "byId">) {
    this.#commands = commands;
    this.#venues = venues;
  }

  async update(ctx: RouterContext<AppState>): Promise<void> {
    const commands = this.#commands;
    const body = parseBody(updateEventBody, ctx.request.body, EVENT_NAMES);
    const expected = expectedVersion(ctx.get("If-Match"), ETAG_EXAMPLE);
    const event = await commands.findOwn(ctx);
    const changes = changesOf(body, event.currency);
    const { place, checkedVersion } = await movedBy(this.#venues, event, { body, changes });
    const version = expected ?? checkedVersion;
    const command = {
      type: "ChangeEvent",
      id: commands.newId(),
      changes: { ...changes, ...place },
      ...(version === null ? {} : { expectedVersion: version }),
      ...(body.confirm ? { isConfirmed: true } : {}),
    } as const;
    const standing = await commands.submit(ctx, event, command, body);
    if (standing.type === "queued")
      return acceptedForLater(ctx, event, "The change is accepted and under way");
    sendEvent(ctx, 200, await commands.find(ctx), "Event updated successfully");
  }
}
