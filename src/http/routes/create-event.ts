import type { RouterContext } from "@koa/router";
import { sendEvent } from "../event-reply.ts";
import { locationOf } from "../reply.ts";
import { createEventBody, EVENT_NAMES } from "../schemas/events.ts";
import type { AppState } from "../state.ts";
import { type CreateEventOptions, CreateEventStep } from "../steps/create-event.ts";
import { parseBody } from "../validate.ts";

/** Creates events: 201, the same for the same Idempotency-Key. */
export class CreateEventRoute {
  readonly #step: CreateEventStep;

  constructor(options: CreateEventOptions) {
    this.#step = new CreateEventStep(options);
  }

  async create(ctx: RouterContext<AppState>): Promise<void> {
    const body = parseBody(createEventBody, ctx.request.body, EVENT_NAMES);
    const { event, unsold } = await this.#step.create(ctx, body);
    ctx.set("Location", locationOf(ctx.path.replace("/admin/", "/"), event.eventId));
    sendEvent(ctx, 201, event, messageOf(unsold));
  }
}

function messageOf(unsold: number): string {
  const created = "Event created successfully";
  if (unsold === 0) return created;
  return `${created}; ${unsold} of total_capacity have no price and are not on sale`;
}
