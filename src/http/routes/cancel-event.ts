import type { RouterContext } from "@koa/router";
import { fromMinor } from "../../domain/money.ts";
import type { EventView } from "../../domain/views.ts";
import { cancellationOf, presentEvent } from "../presenters/event.ts";
import { succeed } from "../reply.ts";
import type { AppState } from "../state.ts";
import { CancelEventStep, isCancellationFinished } from "../steps/cancel-event.ts";
import { expectNoFields } from "../validate.ts";
import { acceptedForLater, type EventCommands } from "./event-commands.ts";

type Context = RouterContext<AppState>;

/** Cancels an event with all its bookings: 200 once the last one is refunded, 202 where that takes longer. */
export class CancelEventRoute {
  readonly #commands: EventCommands;
  readonly #step: CancelEventStep;

  constructor(commands: EventCommands) {
    this.#commands = commands;
    this.#step = new CancelEventStep(commands);
  }

  async cancel(ctx: Context): Promise<void> {
    expectNoFields(ctx.request.body, "must be empty: the whole event is cancelled");
    const event = await this.#commands.findOwn(ctx);
    const cancelled = await this.#step.cancel(ctx, event, {});
    if (cancelled === null) return acceptedForLater(ctx, event, "The cancellation is accepted and under way");
    answer(ctx, cancelled);
  }
}

function answer(ctx: Context, event: EventView): void {
  const finished = isCancellationFinished(event);
  const refunds = {
    refunds_processed: event.refundsCount,
    total_refund_amount: fromMinor(event.refundsMinor, event.currency),
  };
  const message = finished ? "Event cancelled successfully" : "The event is cancelled; refunds are under way";
  const shown = { ...presentEvent(event, Date.now()), ...refunds };
  succeed(ctx, finished ? 200 : 202, shown, { message, ...refunds, cancellation: cancellationOf(event) });
}
