import type { RouterContext } from "@koa/router";
import type { EventView, WaitlistEntryView } from "../../domain/views.ts";
import type { Priority } from "../../domain/waitlist.ts";
import { choicesOf, type KindChoice } from "../../notifications/preferences.ts";
import { ApiError } from "../errors.ts";
import { eventIdOf, findEvent } from "../event-reply.ts";
import { principalOf } from "../middleware/authenticate.ts";
import type { NotificationDesk } from "../notification-desk.ts";
import { presentEntry, presentEntryEvent } from "../presenters/waitlist.ts";
import type { Reads } from "../reads.ts";
import { succeed } from "../reply.ts";
import {
  type JoinWaitlistBody,
  joinWaitlistBody,
  joinWaitlistOfEventBody,
  WAITLIST_NAMES,
} from "../schemas/waitlist.ts";
import type { AppState } from "../state.ts";
import { type JoinWaitlistOptions, JoinWaitlistStep } from "../steps/join-waitlist.ts";
import { parseBody } from "../validate.ts";
import { acceptedForLater, type EventCommands } from "./event-commands.ts";

type Context = RouterContext<AppState>;

export interface JoinWaitlistRouteOptions extends JoinWaitlistOptions {
  readonly notifications: Pick<NotificationDesk, "changePreferences">;
}

/** Joins the waitlist of an event: 201 with the place in it. */
export class JoinWaitlistRoute {
  readonly #reads: Pick<Reads, "event">;
  readonly #notifications: JoinWaitlistRouteOptions["notifications"];
  readonly #step: JoinWaitlistStep;

  constructor(options: JoinWaitlistRouteOptions, commands: EventCommands) {
    this.#reads = options.reads;
    this.#notifications = options.notifications;
    this.#step = new JoinWaitlistStep(options, commands);
  }

  /** 001's form: the path names the event. */
  async join(ctx: Context): Promise<void> {
    const body = parseBody(joinWaitlistBody, ctx.request.body, WAITLIST_NAMES);
    await this.#join(ctx, eventIdOf(ctx.params), body);
  }

  /** 004's form: the body does. */
  async joinByBody(ctx: Context): Promise<void> {
    const body = parseBody(joinWaitlistOfEventBody, ctx.request.body, WAITLIST_NAMES);
    await this.#join(ctx, body.event_id, body);
  }

  async #join(ctx: Context, eventId: string, body: JoinWaitlistBody): Promise<void> {
    const { userId } = principalOf(ctx);
    if (body.user_id !== undefined && body.user_id !== userId) {
      throw new ApiError("AUTH_UNAUTHORIZED", "You can join for yourself only; leave user_id out");
    }
    const event = await findEvent(this.#reads, eventId);
    const entry = await this.#step.join(ctx, event, body);
    const choice = await this.#prefer(userId, body);
    if (entry === null)
      return acceptedForLater(ctx, event, "You are to join the waitlist; that is under way");
    answer(ctx, entry, { event, body, choice });
  }

  /** How this person wants to hear of offers, of whichever event; null where the request does not say. */
  async #prefer(
    userId: string,
    { notification_preferences: asked }: JoinWaitlistBody,
  ): Promise<KindChoice | null> {
    if (asked === undefined) return null;
    const stored = await this.#notifications.changePreferences(userId, { waitlist_promoted: asked });
    return choicesOf(stored).waitlist_promoted ?? null;
  }
}

function answer(
  ctx: Context,
  entry: WaitlistEntryView,
  {
    event,
    body,
    choice,
  }: { readonly event: EventView; readonly body: JoinWaitlistBody; readonly choice: KindChoice | null },
): void {
  const path = ctx.path.replace(/\/waitlist\/.*$/, `/waitlist/${event.eventId}/user/${entry.userId}`);
  ctx.set("Location", path);
  const data = {
    ...presentEntry(entry),
    ...(body.user_tier === undefined ? {} : { requested_tier: body.user_tier }),
    ...(choice === null ? {} : { notification_preferences: choice }),
    event: presentEntryEvent(event),
  };
  succeed(ctx, 201, data, { message: messageOf(body, entry.priority) });
}

function messageOf(body: JoinWaitlistBody, granted: Priority): string {
  const isOther = body.user_tier !== undefined && body.user_tier !== granted;
  return `Successfully joined waitlist${isOther ? `; your tier is ${granted}` : ""}`;
}
