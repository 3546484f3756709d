import type { RouterContext } from "@koa/router";
import type { Command } from "../../domain/command.ts";
import type { CommandId } from "../../domain/ids.ts";
import type { EventView } from "../../domain/views.ts";
import type { Desk, Standing } from "../desk.ts";
import { ApiError } from "../errors.ts";
import { eventIdOf, findEvent } from "../event-reply.ts";
import { requestKey } from "../idempotency.ts";
import { principalOf } from "../middleware/authenticate.ts";
import { presentEvent } from "../presenters/event.ts";
import type { Reads } from "../reads.ts";
import { refusalError } from "../refusals.ts";
import { succeed } from "../reply.ts";
import type { AppState } from "../state.ts";

type Context = RouterContext<AppState>;

export interface EventCommandOptions {
  readonly desk: Desk;
  readonly reads: Pick<Reads, "event">;
  readonly ids: { commandId(): CommandId };
  readonly decisionWaitMs: number;
}

/** What all commands of an organizer to their event have in common. */
export class EventCommands {
  readonly #options: EventCommandOptions;

  constructor(options: EventCommandOptions) {
    this.#options = options;
  }

  get decisionWaitMs(): number {
    return this.#options.decisionWaitMs;
  }

  newId(): CommandId {
    return this.#options.ids.commandId();
  }

  /** @param eventId where it is not the path that names the event */
  find(ctx: Context, eventId?: string): Promise<EventView> {
    return findEvent(this.#options.reads, eventId ?? eventIdOf(ctx.params));
  }

  /** @throws ApiError AUTH_UNAUTHORIZED where it is another organizer's; an admin may touch all. */
  async findOwn(ctx: Context, eventId?: string): Promise<EventView> {
    const { role, userId } = principalOf(ctx);
    const event = await this.find(ctx, eventId);
    if (role === "admin" || event.createdBy === userId) return event;
    throw new ApiError("AUTH_UNAUTHORIZED", "This is another organizer's event");
  }

  /** @param body what the checks made of the request's body @throws ApiError where the command was refused. */
  async submit(ctx: Context, event: EventView, command: Command, body: unknown): Promise<Standing> {
    const { desk, decisionWaitMs } = this.#options;
    const key = requestKey(ctx, principalOf(ctx).userId, body);
    const standing = await desk.submit({ eventId: event.eventId, command, key, waitMs: decisionWaitMs });
    if (standing.replayed) ctx.set("Idempotency-Replayed", "true");
    if (standing.type === "refused") throw refusalError(standing.refusal, event.currency, event.number);
    if (standing.type === "queued") return standing;
    const [outcome] = standing.entry.decision;
    // Cancelling again is answered like the first time.
    if (outcome.type === "CommandRefused" && outcome.reason !== "EventAlreadyCancelled") {
      throw refusalError(outcome, event.currency, event.number);
    }
    return standing;
  }
}

/** Answers that a command is in line: 202 with the event as it is so far. */
export function acceptedForLater(ctx: Context, event: EventView, message: string): void {
  ctx.set("Retry-After", "1");
  succeed(ctx, 202, presentEvent(event, Date.now()), { message });
}
