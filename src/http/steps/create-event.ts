import type { RouterContext } from "@koa/router";
import type { z } from "zod";
import type { CommandId, EventId, UserId } from "../../domain/ids.ts";
import type { EventView } from "../../domain/views.ts";
import { draftOf } from "../drafts/new-event.ts";
import type { EventDefaults } from "../drafts/rules.ts";
import { unsoldOf } from "../drafts/tiers.ts";
import { ApiError } from "../errors.ts";
import type { EventFoundry } from "../event-desk.ts";
import { findEvent } from "../event-reply.ts";
import { requestKey } from "../idempotency.ts";
import { principalOf } from "../middleware/authenticate.ts";
import type { Reads } from "../reads.ts";
import type { createEventBody } from "../schemas/events.ts";
import type { AppState } from "../state.ts";
import { malformed } from "../validate.ts";
import { findVenue, placeOf, type Venues } from "../venues.ts";

export type AskedEvent = z.output<typeof createEventBody>;

export interface CreateEventOptions {
  readonly foundry: EventFoundry;
  readonly reads: Pick<Reads, "event">;
  readonly venues: Pick<Venues, "byId">;
  readonly ids: { newId(): string; commandId(): CommandId };
  readonly defaults: EventDefaults;
}

/** Creates events, for whichever surface asks. */
export class CreateEventStep {
  readonly #options: CreateEventOptions;

  constructor(options: CreateEventOptions) {
    this.#options = options;
  }

  /**
   * The event that was made, the same for the same Idempotency-Key, and how many of its tickets have no price and so
   * are not on sale.
   * @throws ApiError where it contradicts itself, lies in the past or its venue is not there
   */
  async create(
    ctx: RouterContext<AppState>,
    asked: AskedEvent,
  ): Promise<{ readonly event: EventView; readonly unsold: number }> {
    const { foundry, ids, reads, venues, defaults } = this.#options;
    const { userId } = principalOf(ctx);
    const eventId = ids.newId() as EventId;
    const layout = await this.#layoutOf(asked);
    const rest = draftOf(asked, { eventId, createdBy: userId as UserId, defaults, layout });
    const draft = { ...rest, ...(await placeOf(venues, asked, rest.tiers)) };
    const key = requestKey(ctx, userId, asked);
    const creation = await foundry.create({ commandId: ids.commandId(), draft, key });
    if (creation.type === "tooLate") throw malformed("event_date", "must lie in the future");
    if (creation.type === "keyReused") throw keyReused();
    if (creation.type === "replayed") ctx.set("Idempotency-Replayed", "true");
    const event = await findEvent(reads, creation.type === "replayed" ? creation.eventId : eventId);
    return { event, unsold: unsoldOf(asked, rest.tiers) };
  }

  /** The layout of the venue, where the event takes its seats from it. */
  async #layoutOf(asked: AskedEvent): Promise<Readonly<Record<string, unknown>> | null> {
    if (asked.seat_configuration?.from !== "venue" || asked.venue_id == null) return null;
    return (await findVenue(this.#options.venues, asked.venue_id)).layoutConfig;
  }
}

function keyReused(): ApiError {
  return new ApiError("IDEMPOTENCY_KEY_REUSED", "This Idempotency-Key was used for another request");
}
