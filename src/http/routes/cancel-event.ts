import { setTimeout as sleep } from "node:timers/promises";
import type { RouterContext } from "@koa/router";
import { fromMinor } from "../../domain/money.ts";
import type { EventView } from "../../domain/views.ts";
import { cancellationOf, presentEvent } from "../presenters/event.ts";
import { succeed } from "../reply.ts";
import type { AppState } from "../state.ts";
import { expectNoFields } from "../validate.ts";
import { acceptedForLater, type EventCommands } from "./event-commands.ts";

type Context = RouterContext<AppState>;

const CANCELLATION_POLL_MS = 100;

/** Cancels an event with all its bookings: 200 once the last one is refunded, 202 where that takes longer. */
export class CancelEventRoute {
  readonly #commands: EventCommands;

  constructor(commands: EventCommands) {
    this.#commands = commands;
  }

  async cancel(ctx: Context): Promise<void> {
    const commands = this.#commands;
    expectNoFields(ctx.request.body, "must be empty: the whole event is cancelled");
    const event = await commands.findOwn(ctx);
    const deadlineMs = Date.now() + commands.decisionWaitMs;
    const command = { type: "CancelEvent", id: commands.newId() } as const;
    const standing = await commands.submit(ctx, event, command, {});
    if (standing.type === "queued")
      return acceptedForLater(ctx, event, "The cancellation is accepted and under way");
    answer(ctx, await this.#cancelled(ctx, deadlineMs));
  }

  /** The event once all its bookings are cancelled, or as far as it has come by the deadline. */
  async #cancelled(ctx: Context, deadlineMs: number): Promise<EventView> {
    for (;;) {
      const event = await this.#commands.find(ctx);
      if (isFinished(event) || Date.now() >= deadlineMs) return event;
      await sleep(CANCELLATION_POLL_MS);
    }
  }
}

function isFinished(event: EventView): boolean {
  return event.cancellationDone >= (event.cancellationTotal ?? 0);
}

function answer(ctx: Context, event: EventView): void {
  const finished = isFinished(event);
  const refunds = {
    refunds_processed: event.refundsCount,
    total_refund_amount: fromMinor(event.refundsMinor, event.currency),
  };
  const message = finished ? "Event cancelled successfully" : "The event is cancelled; refunds are under way";
  const shown = { ...presentEvent(event, Date.now()), ...refunds };
  succeed(ctx, finished ? 200 : 202, shown, { message, ...refunds, cancellation: cancellationOf(event) });
}
