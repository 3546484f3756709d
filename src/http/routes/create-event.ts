import type { RouterContext } from "@koa/router";
import type { CommandId, EventId, UserId } from "../../domain/ids.ts";
import { ApiError } from "../errors.ts";
import { draftOf, type EventFoundry } from "../event-desk.ts";
import { findEvent, sendEvent } from "../event-reply.ts";
import { requestKey } from "../idempotency.ts";
import { principalOf } from "../middleware/authenticate.ts";
import type { Reads } from "../reads.ts";
import { locationOf } from "../reply.ts";
import { createEventBody, EVENT_NAMES } from "../schemas/events.ts";
import type { AppState } from "../state.ts";
import { malformed, parseBody } from "../validate.ts";

export interface CreateEventOptions {
  readonly foundry: EventFoundry;
  readonly reads: Pick<Reads, "event">;
  readonly ids: { newId(): string; commandId(): CommandId };
  readonly defaultCurrency: string;
}

/** Creates events: 201, the same for the same Idempotency-Key. */
export class CreateEventRoute {
  readonly #options: CreateEventOptions;

  constructor(options: CreateEventOptions) {
    this.#options = options;
  }

  async create(ctx: RouterContext<AppState>): Promise<void> {
    const { foundry, ids, reads, defaultCurrency } = this.#options;
    const { userId } = principalOf(ctx);
    const body = parseBody(createEventBody, ctx.request.body, EVENT_NAMES);
    const eventId = ids.newId() as EventId;
    const draft = draftOf(body, { eventId, createdBy: userId as UserId, defaultCurrency });
    const key = requestKey(ctx, userId, body);
    const creation = await foundry.create({ commandId: ids.commandId(), draft, key });
    if (creation.type === "tooLate") throw malformed("event_date", "must lie in the future");
    if (creation.type === "keyReused") throw keyReused();
    if (creation.type === "replayed") ctx.set("Idempotency-Replayed", "true");
    const event = await findEvent(reads, creation.type === "replayed" ? creation.eventId : eventId);
    ctx.set("Location", locationOf(ctx.path.replace("/admin/", "/"), event.eventId));
    sendEvent(ctx, 201, event, "Event created successfully");
  }
}

function keyReused(): ApiError {
  return new ApiError("IDEMPOTENCY_KEY_REUSED", "This Idempotency-Key was used for another request");
}
