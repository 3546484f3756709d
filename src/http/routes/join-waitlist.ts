import type { RouterContext } from "@koa/router";
import type { BookingId, EntryId, UserId } from "../../domain/ids.ts";
import type { EventView } from "../../domain/views.ts";
import type { Priority } from "../../domain/waitlist.ts";
import { ApiError } from "../errors.ts";
import { eventIdOf, findEvent } from "../event-reply.ts";
import { principalOf } from "../middleware/authenticate.ts";
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
import { parseBody } from "../validate.ts";
import { acceptedForLater, type EventCommands } from "./event-commands.ts";

type Context = RouterContext<AppState>;

export interface JoinWaitlistOptions {
  readonly reads: Pick<Reads, "event" | "waitlistEntry" | "priorityOf">;
  readonly ids: { bookingId(eventNumber: number): BookingId };
}

/** Joins the waitlist of an event: 201 with the place in it. */
export class JoinWaitlistRoute {
  readonly #options: JoinWaitlistOptions;
  readonly #commands: EventCommands;

  constructor(options: JoinWaitlistOptions, commands: EventCommands) {
    this.#options = options;
    this.#commands = commands;
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
    const { reads, ids } = this.#options;
    const { userId } = principalOf(ctx);
    if (body.user_id !== undefined && body.user_id !== userId) {
      throw new ApiError("AUTH_UNAUTHORIZED", "You can join for yourself only; leave user_id out");
    }
    const event = await findEvent(reads, eventId);
    const priority = (await reads.priorityOf(userId)) ?? "basic";
    const command = {
      type: "JoinWaitlist",
      id: this.#commands.newId() as EntryId,
      userId: userId as UserId,
      quantity: body.quantity,
      priority,
      ...(body.tiers == null ? {} : { tiers: body.tiers }),
      offerId: ids.bookingId(event.number),
    } as const;
    const standing = await this.#commands.submit(ctx, event, command, body);
    if (standing.type === "queued")
      return acceptedForLater(ctx, event, "You are to join the waitlist; that is under way");
    await this.#answer(ctx, event, body);
  }

  async #answer(ctx: Context, event: EventView, body: JoinWaitlistBody): Promise<void> {
    const { userId } = principalOf(ctx);
    const entry = await this.#options.reads.waitlistEntry(event.eventId, userId);
    if (entry === null) throw new Error(`invariant: ${userId} joined ${event.eventId} and has no entry`);
    const path = ctx.path.replace(/\/waitlist\/.*$/, `/waitlist/${event.eventId}/user/${userId}`);
    ctx.set("Location", path);
    ctx.set("Cache-Control", "private, no-store");
    const data = {
      ...presentEntry(entry),
      ...(body.user_tier === undefined ? {} : { requested_tier: body.user_tier }),
      ...grantedChannels(body),
      event: presentEntryEvent(event),
    };
    succeed(ctx, 201, data, { message: messageOf(body, entry.priority) });
  }
}

/** How a person is told of an offer so far. */
const CHANNELS = { websocket: true, email: false, sms: false, push: false } as const;
type Channel = keyof typeof CHANNELS;

/** Of the ways that somebody wants to be told, those that there are. */
function grantedChannels({ notification_preferences: asked }: JoinWaitlistBody): Record<string, unknown> {
  if (asked === undefined) return {};
  const granted = Object.entries(asked).map(([name, wanted]) => [name, wanted && CHANNELS[name as Channel]]);
  return { notification_preferences: Object.fromEntries(granted) };
}

function messageOf(body: JoinWaitlistBody, granted: Priority): string {
  const wanted = Object.entries(body.notification_preferences ?? {});
  const missing = wanted.filter(([name, isWanted]) => isWanted && !CHANNELS[name as Channel]);
  return [
    "Successfully joined waitlist",
    ...(body.user_tier === undefined || body.user_tier === granted ? [] : [`your tier is ${granted}`]),
    ...(missing.length === 0
      ? []
      : [`an offer shows in your notifications, not by ${missing.map(([name]) => name).join(", ")}`]),
  ].join("; ");
}
