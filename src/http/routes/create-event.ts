import type { RouterContext } from "@koa/router";
import type { z } from "zod";
import type { CommandId, EventId, UserId } from "../../domain/ids.ts";
import { draftOf } from "../drafts/new-event.ts";
import type { EventDefaults } from "../drafts/rules.ts";
import { unsoldOf } from "../drafts/tiers.ts";
import { ApiError } from "../errors.ts";
import type { EventFoundry } from "../event-desk.ts";
import { findEvent, sendEvent } from "../event-reply.ts";
import { requestKey } from "../idempotency.ts";
import { principalOf } from "../middleware/authenticate.ts";
import type { Reads } from "../reads.ts";
import { locationOf } from "../reply.ts";
import { createEventBody, EVENT_NAMES } from "../schemas/events.ts";
import type { AppState } from "../state.ts";
import { malformed, parseBody } from "../validate.ts";
import { findVenue, placeOf, type Venues } from "../venues.ts";

type Body = z.output<typeof createEventBody>;

export interface CreateEventOptions {
  readonly foundry: EventFoundry;
  readonly reads: Pick<Reads, "event">;
  readonly venues: Pick<Venues, "byId">;
  readonly ids: { newId(): string; commandId(): CommandId };
  readonly defaults: EventDefaults;
}

/** Creates events: 201, the same for the same Idempotency-Key. */
export class CreateEventRoute {
  readonly #options: CreateEventOptions;

  constructor(options: CreateEventOptions) {
    this.#options = options;
  }

  async create(ctx: RouterContext<AppState>): Promise<void> {
    const { foundry, ids, reads, venues, defaults } = this.#options;
    const { userId } = principalOf(ctx);
    const body = parseBody(createEventBody, ctx.request.body, EVENT_NAMES);
    const eventId = ids.newId() as EventId;
    const layout = await this.#layoutOf(body);
    const rest = draftOf(body, { eventId, createdBy: userId as UserId, defaults, layout });
    const draft = { ...rest, ...(await placeOf(venues, body, rest.tiers)) };
    const key = requestKey(ctx, userId, body);
    const creation = await foundry.create({ commandId: ids.commandId(), draft, key });
    if (creation.type === "tooLate") throw malformed("event_date", "must lie in the future");
    if (creation.type === "keyReused") throw keyReused();
    if (creation.type === "replayed") ctx.set("Idempotency-Replayed", "true");
    const event = await findEvent(reads, creation.type === "replayed" ? creation.eventId : eventId);
    ctx.set("Location", locationOf(ctx.path.replace("/admin/", "/"), event.eventId));
    sendEvent(ctx, 201, event, messageOf(unsoldOf(body, rest.tiers)));
  }

  /** The layout of the venue, where the event takes its seats from it. */
  async #layoutOf(body: Body): Promise<Readonly<Record<string, unknown>> | null> {
    if (body.seat_configuration?.from !== "venue" || body.venue_id == null) return null;
    return (await findVenue(this.#options.venues, body.venue_id)).layoutConfig;
  }
}

function messageOf(unsold: number): string {
  const created = "Event created successfully";
  if (unsold === 0) return created;
  return `${created}; ${unsold} of total_capacity have no price and are not on sale`;
}

function keyReused(): ApiError {
  return new ApiError("IDEMPOTENCY_KEY_REUSED", "This Idempotency-Key was used for another request");
}
