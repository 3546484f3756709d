import type { RouterContext } from "@koa/router";
import type { NotificationView } from "../../domain/views.ts";
import { ApiError } from "../errors.ts";
import { replyOf, requestKey } from "../idempotency.ts";
import { principalOf } from "../middleware/authenticate.ts";
import type { NotificationDesk } from "../notification-desk.ts";
import { presentStats } from "../presenters/delivery-counts.ts";
import { presentDeadLetter, presentNotification, presentTrail } from "../presenters/notification.ts";
import type { Reads } from "../reads.ts";
import { succeed, succeedWithPage } from "../reply.ts";
import { pageOf } from "../schemas/lists.ts";
import { deadLetterQuery, markBody, notificationListQuery, retryBody } from "../schemas/notifications.ts";
import type { AppState } from "../state.ts";
import { expectNoFields, parseBody, parseQuery, uuidParam } from "../validate.ts";

type Context = RouterContext<AppState>;

const LIST_DEFAULT = 20;

/** What people were told, what of it they have read, and how it reached them. */
export class NotificationLists {
  readonly #reads: Pick<Reads, "notificationsOfUser">;
  readonly #desk: NotificationDesk;

  constructor(options: {
    readonly reads: Pick<Reads, "notificationsOfUser">;
    readonly notifications: NotificationDesk;
  }) {
    this.#reads = options.reads;
    this.#desk = options.notifications;
  }

  async list(ctx: Context): Promise<void> {
    const { userId, role } = principalOf(ctx);
    const asked = uuidParam(ctx.params, "userId");
    if (asked !== userId && role !== "admin") {
      throw new ApiError("AUTH_UNAUTHORIZED", "You can see your own notifications only");
    }
    const query = parseQuery(notificationListQuery, ctx.query);
    const page = pageOf(query, LIST_DEFAULT);
    const { notifications, total, unread } = await this.#reads.notificationsOfUser({
      userId: asked,
      unreadOnly: query.unread_only ?? false,
      ...page,
    });
    const shown = notifications.map(presentNotification);
    succeedWithPage(ctx, shown, { page, total }, { unread_count: unread });
  }

  /** Marks one as read, or as unread again. */
  async mark(ctx: Context): Promise<void> {
    const id = uuidParam(ctx.params);
    const { read, is_read } = parseBody(markBody, ctx.request.body);
    const isRead = (read ?? is_read) === true;
    if (!(await this.#desk.markRead({ id, userId: ownerOf(ctx), isRead }))) throw notThere();
    const notification = await this.#find(ctx, id);
    succeed(ctx, 200, presentNotification(notification), {
      message: isRead ? "Marked as read" : "Marked as unread",
    });
  }

  async readAll(ctx: Context): Promise<void> {
    expectNoFields(ctx.request.body, "must be empty: all of your notifications are marked as read");
    const { userId } = principalOf(ctx);
    const updated = replyOf(ctx, await this.#desk.markAllRead(userId, requestKey(ctx, userId, {})));
    succeed(ctx, 200, { updated, unread_count: 0 }, { message: "All notifications are marked as read" });
  }

  async deliveries(ctx: Context): Promise<void> {
    const notification = await this.#find(ctx, uuidParam(ctx.params));
    succeed(ctx, 200, presentTrail(notification, await this.#desk.attemptsOf(notification.id)));
  }

  async stats(ctx: Context): Promise<void> {
    succeed(ctx, 200, presentStats(await this.#desk.deliveryCounts()));
  }

  async deadLetters(ctx: Context): Promise<void> {
    const page = pageOf(parseQuery(deadLetterQuery, ctx.query), LIST_DEFAULT);
    const { letters, total } = await this.#desk.deadLetters(page);
    succeedWithPage(ctx, letters.map(presentDeadLetter), { page, total });
  }

  async retry(ctx: Context): Promise<void> {
    const id = uuidParam(ctx.params);
    const body = parseBody(retryBody, ctx.request.body);
    const key = requestKey(ctx, principalOf(ctx).userId, body);
    const letter = { notificationId: id, channel: body.channel ?? null };
    const retried = await this.#desk.retryDead(letter, key);
    if (retried === null) {
      throw new ApiError("NOTIFICATION_NOT_FOUND", "No delivery of this notification was given up");
    }
    const channels = replyOf(ctx, retried);
    succeed(ctx, 200, { id, notification_id: id, channels, status: "queued" }, { message: "Tried again" });
  }

  async #find(ctx: Context, id: string): Promise<NotificationView> {
    const notification = await this.#desk.byId(id, ownerOf(ctx));
    if (notification === null) throw notThere();
    return notification;
  }
}

/** Whose a notification has to be; an admin may look after everybody's. */
function ownerOf(ctx: Context): string | null {
  const { userId, role } = principalOf(ctx);
  return role === "admin" ? null : userId;
}

function notThere(): ApiError {
  return new ApiError("NOTIFICATION_NOT_FOUND", "Notification not found");
}
