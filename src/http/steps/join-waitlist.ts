import type { RouterContext } from "@koa/router";
import type { JoinWaitlist } from "../../domain/command.ts";
import type { BookingId, EntryId, UserId } from "../../domain/ids.ts";
import type { EventView, WaitlistEntryView } from "../../domain/views.ts";
import { principalOf } from "../middleware/authenticate.ts";
import type { Reads } from "../reads.ts";
import type { EventCommands } from "../routes/event-commands.ts";
import type { AppState } from "../state.ts";

export interface JoinWaitlistOptions {
  readonly reads: Pick<Reads, "event" | "waitlistEntry" | "priorityOf">;
  readonly ids: { bookingId(eventNumber: number): BookingId };
}

interface AskedPlace {
  readonly quantity: number;
  readonly tiers?: readonly string[] | null | undefined;
}

/** Joins waitlists, for whichever surface asks. */
export class JoinWaitlistStep {
  readonly #options: JoinWaitlistOptions;
  readonly #commands: EventCommands;

  constructor(options: JoinWaitlistOptions, commands: EventCommands) {
    this.#options = options;
    this.#commands = commands;
  }

  /** The caller's place in the line; null where the request is in line itself. @throws ApiError where it was refused */
  async join(
    ctx: RouterContext<AppState>,
    event: EventView,
    asked: AskedPlace,
  ): Promise<WaitlistEntryView | null> {
    const { reads, ids } = this.#options;
    const { userId } = principalOf(ctx);
    const priority = (await reads.priorityOf(userId)) ?? "basic";
    const command: JoinWaitlist = {
      type: "JoinWaitlist",
      id: this.#commands.newId() as EntryId,
      userId: userId as UserId,
      quantity: asked.quantity,
      priority,
      ...(asked.tiers == null ? {} : { tiers: asked.tiers }),
      offerId: ids.bookingId(event.number),
    };
    const standing = await this.#commands.submit(ctx, event, command, asked);
    if (standing.type === "queued") return null;
    const entry = await reads.waitlistEntry(event.eventId, userId);
    if (entry === null) throw new Error(`invariant: ${userId} joined ${event.eventId} and has no entry`);
    return entry;
  }
}
