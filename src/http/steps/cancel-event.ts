import { setTimeout as sleep } from "node:timers/promises";
import type { RouterContext } from "@koa/router";
import type { CancelEvent } from "../../domain/command.ts";
import type { EventView } from "../../domain/views.ts";
import type { EventCommands } from "../routes/event-commands.ts";
import type { AppState } from "../state.ts";

const CANCELLATION_POLL_MS = 100;

/** Cancels events with all their bookings, for whichever surface asks. */
export class CancelEventStep {
  readonly #commands: EventCommands;

  constructor(commands: EventCommands) {
    this.#commands = commands;
  }

  /**
   * The event once all its bookings are cancelled, or as far as that has come within the wait; null where the
   * cancellation itself is in line. @throws ApiError where it was refused
   */
  async cancel(
    ctx: RouterContext<AppState>,
    event: EventView,
    conditions: Pick<CancelEvent, "unlessBooked">,
  ): Promise<EventView | null> {
    const commands = this.#commands;
    const deadlineMs = Date.now() + commands.decisionWaitMs;
    const command: CancelEvent = { type: "CancelEvent", id: commands.newId(), ...conditions };
    const standing = await commands.submit(ctx, event, command, {});
    if (standing.type === "queued") return null;
    for (;;) {
      const now = await commands.find(ctx, event.eventId);
      if (isCancellationFinished(now) || Date.now() >= deadlineMs) return now;
      await sleep(CANCELLATION_POLL_MS);
    }
  }
}

/** Whether all bookings of a cancelled event are cancelled too. */
export function isCancellationFinished(event: EventView): boolean {
  return event.cancellationDone >= (event.cancellationTotal ?? 0);
}
