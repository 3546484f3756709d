import type { RouterContext } from "@koa/router";
import type { Command } from "../../domain/command.ts";
import type { EventView, WaitlistEntryView } from "../../domain/views.ts";
import type { Reads } from "../reads.ts";
import type { EventCommands } from "../routes/event-commands.ts";
import type { AppState } from "../state.ts";

/** Gives places in waitlists up, for whichever surface asks. */
export class LeaveWaitlistStep {
  readonly #reads: Pick<Reads, "waitlistEntry">;
  readonly #commands: EventCommands;

  constructor(reads: Pick<Reads, "waitlistEntry">, commands: EventCommands) {
    this.#reads = reads;
    this.#commands = commands;
  }

  /**
   * Leaves the line, or declines the offer that has been made. The entry as it is now; null where the request is in
   * line. @throws ApiError where it was refused
   */
  async leave(
    ctx: RouterContext<AppState>,
    event: EventView,
    entry: WaitlistEntryView,
  ): Promise<WaitlistEntryView | null> {
    const standing = await this.#commands.submit(ctx, event, this.#givingUp(entry), {});
    if (standing.type === "queued") return null;
    return (await this.#reads.waitlistEntry(event.eventId, entry.userId)) ?? entry;
  }

  #givingUp({ userId, status, offer }: WaitlistEntryView): Command {
    const id = this.#commands.newId();
    if (status !== "offered" || offer === null) return { type: "LeaveWaitlist", id, userId };
    return { type: "CancelBooking", id, bookingId: offer.bookingId, userId, by: "customer" };
  }
}
