import type { RouterContext } from "@koa/router";
import type { BroadcastView } from "../../domain/notification-views.ts";
import type { EventView } from "../../domain/views.ts";
import { ApiError } from "../errors.ts";
import { eventIdOf, findEvent } from "../event-reply.ts";
import { requestKey } from "../idempotency.ts";
import { principalOf } from "../middleware/authenticate.ts";
import type { DoneOnce, NotificationDesk } from "../notification-desk.ts";
import { presentBroadcast, presentNotification } from "../presenters/notification.ts";
import type { Reads } from "../reads.ts";
import { succeed } from "../reply.ts";
import { BROADCAST_NAMES, broadcastBody, SEND_NAMES, sendBody } from "../schemas/notifications.ts";
import type { AppState } from "../state.ts";
import { parseBody, uuidParam } from "../validate.ts";

type Context = RouterContext<AppState>;

interface SendingOptions {
  readonly reads: Pick<Reads, "event">;
  readonly notifications: NotificationDesk;
  readonly ids: { newId(): string };
}

/** What admins say to one person, and organizers to all who come to their event. */
export class NotificationSending {
  readonly #options: SendingOptions;

  constructor(options: SendingOptions) {
    this.#options = options;
  }

  async send(ctx: Context): Promise<void> {
    const { notifications } = this.#options;
    const body = parseBody(sendBody, ctx.request.body, SEND_NAMES);
    const { user_id: userId, type: kind, message: text, channels } = body;
    const telling = { userId, kind, title: body.title ?? titleOf(kind), text };
    const sent = await notifications.send(
      channels === undefined ? telling : { ...telling, channels },
      requestKey(ctx, principalOf(ctx).userId, body),
    );
    if (sent.type === "unknownUser") throw new ApiError("USER_NOT_FOUND", "User not found");
    const notification = await notifications.byId(idOfOnce(ctx, sent), null);
    if (notification === null) throw new Error("invariant: a notification was sent and is not there");
    ctx.set("Location", ctx.path.replace(/\/send\/?$/i, `/${notification.id}/deliveries`));
    succeed(ctx, 201, presentNotification(notification), { message: "Notification queued" });
  }

  /** Answers as soon as it is written down; who is told when is the effects process's business. */
  async broadcast(ctx: Context): Promise<void> {
    const { notifications, ids } = this.#options;
    const body = parseBody(broadcastBody, ctx.request.body, BROADCAST_NAMES);
    const { userId } = principalOf(ctx);
    const event = await this.#ownEvent(ctx);
    const broadcast = {
      id: ids.newId(),
      eventId: event.eventId,
      createdBy: userId,
      type: body.type,
      title: body.title ?? `${titleOf(body.type)}: ${event.name}`,
      text: body.message,
      data: { event_name: event.name },
      channels: body.channels ?? null,
    };
    const done = await notifications.broadcast(broadcast, requestKey(ctx, userId, body));
    const found = await this.#find(idOfOnce(ctx, done), null);
    ctx.set("Location", ctx.path.replace(/\/broadcast\/.*$/i, `/broadcasts/${found.id}`));
    succeed(ctx, 202, presentBroadcast(found), { message: `${found.recipients} people are to be told` });
  }

  async showBroadcast(ctx: Context): Promise<void> {
    const { userId, role } = principalOf(ctx);
    const id = uuidParam(ctx.params);
    succeed(ctx, 200, presentBroadcast(await this.#find(id, role === "admin" ? null : userId)));
  }

  async #find(id: string, organizerId: string | null): Promise<BroadcastView> {
    const broadcast = await this.#options.notifications.broadcastById(id, organizerId);
    if (broadcast === null) throw notThere();
    return broadcast;
  }

  async #ownEvent(ctx: Context): Promise<EventView> {
    const { userId, role } = principalOf(ctx);
    const event = await findEvent(this.#options.reads, eventIdOf(ctx.params));
    if (role === "admin" || event.createdBy === userId) return event;
    throw new ApiError("AUTH_UNAUTHORIZED", "This is another organizer's event");
  }
}

/** @throws ApiError where the key was used for something else. */
function idOfOnce(ctx: Context, done: DoneOnce): string {
  if (done.type === "keyReused") {
    throw new ApiError("IDEMPOTENCY_KEY_REUSED", "This Idempotency-Key was used for another request");
  }
  if (done.type === "replayed") ctx.set("Idempotency-Replayed", "true");
  return done.id;
}

function notThere(): ApiError {
  return new ApiError("BROADCAST_NOT_FOUND", "Broadcast not found");
}

/** `booking_confirmation` → `Booking confirmation`, where nobody gave a title. */
function titleOf(type: string): string {
  const words = type.replaceAll(/[_.-]+/g, " ").trim();
  return `${words.charAt(0).toUpperCase()}${words.slice(1)}`;
}
