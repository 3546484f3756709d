import type { RouterContext } from "@koa/router";
import type { z } from "zod";
import type { ChangeEvent } from "../../domain/command.ts";
import type { EventChanges } from "../../domain/event-draft.ts";
import type { UserId } from "../../domain/ids.ts";
import type { EventView } from "../../domain/views.ts";
import { changesOf } from "../drafts/event-changes.ts";
import { principalOf } from "../middleware/authenticate.ts";
import type { EventCommands } from "../routes/event-commands.ts";
import type { updateEventBody } from "../schemas/events.ts";
import type { AppState } from "../state.ts";
import { movedBy, type Venues } from "../venues.ts";

export type AskedChange = z.output<typeof updateEventBody>;

/** What must hold for a change to be made. */
type Conditions = Pick<ChangeEvent, "expectedVersion" | "capacityExpected">;

/** Changes events, for whichever surface asks; what is left out stays. */
export class ChangeEventStep {
  readonly #commands: EventCommands;
  readonly #venues: Pick<Venues, "byId">;

  constructor(commands: EventCommands, venues: Pick<Venues, "byId">) {
    this.#commands = commands;
    this.#venues = venues;
  }

  /** The event as it is now; null where the change is in line. @throws ApiError where it was refused */
  async change(
    ctx: RouterContext<AppState>,
    event: EventView,
    asked: AskedChange,
    conditions: Conditions,
  ): Promise<EventView | null> {
    const commands = this.#commands;
    const changes = changesOf(asked, event.currency);
    const { place, checkedVersion } = await movedBy(this.#venues, event, { body: asked, changes });
    const version = conditions.expectedVersion ?? checkedVersion;
    const command: ChangeEvent = {
      type: "ChangeEvent",
      id: commands.newId(),
      changes: { ...changes, ...place },
      ...noteOf(principalOf(ctx).userId, changes),
      ...conditions,
      ...(version === null ? {} : { expectedVersion: version }),
      ...(asked.confirm ? { isConfirmed: true } : {}),
    };
    const standing = await commands.submit(ctx, event, command, asked);
    return standing.type === "queued" ? null : await commands.find(ctx, event.eventId);
  }
}

/** Who sets prices is on record, for whoever is shown a receipt. */
function noteOf(by: string, { priceMinor, tiers = [] }: EventChanges): Pick<ChangeEvent, "priceNote"> {
  const sets = priceMinor !== undefined || tiers.some((tier) => tier.priceMinor !== undefined);
  return sets
    ? { priceNote: { source: "organizer", by: by as UserId, rule: null, reason: null, inputs: [] } }
    : {};
}
