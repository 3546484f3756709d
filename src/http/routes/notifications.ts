import Router from "@koa/router";
import { z } from "zod";
import { isUuid } from "../../domain/ids.ts";
import { ApiError } from "../errors.ts";
import { principalOf } from "../middleware/authenticate.ts";
import { iso } from "../presenters/time.ts";
import type { Reads } from "../reads.ts";
import { succeed } from "../reply.ts";
import { linkHeaderOf, pageFields, pageOf, paginationOf } from "../schemas/lists.ts";
import type { AppState } from "../state.ts";
import { malformed, parseQuery } from "../validate.ts";

const LIST_DEFAULT = 20;
const listQuery = z.object(pageFields);

/** A person's notifications: what the outbox made of the decisions about their bookings. */
export function notificationRoutes(reads: Reads): Router<AppState> {
  return new Router<AppState>().get("/notifications/user/:userId", async (ctx) => {
    const { userId, role } = principalOf(ctx);
    const asked = (ctx.params.userId ?? "").toLowerCase();
    if (!isUuid(asked)) throw malformed("userId", "must be a UUID");
    if (asked !== userId && role !== "admin") {
      throw new ApiError("AUTH_UNAUTHORIZED", "You can see your own notifications only");
    }
    const page = pageOf(parseQuery(listQuery, ctx.query), LIST_DEFAULT);
    const { notifications, total } = await reads.notificationsOfUser({ userId: asked, ...page });
    const links = linkHeaderOf(ctx, page, total);
    if (links !== null) ctx.set("Link", links);
    ctx.set("Cache-Control", "private, no-store");
    const shown = notifications.map(({ eventId, seq, type, data, createdAt, readAt }) => ({
      type,
      event_id: eventId,
      seq,
      ...data,
      is_read: readAt !== null,
      created_at: iso(createdAt),
    }));
    succeed(ctx, 200, shown, { count: shown.length, pagination: paginationOf(page, total) });
  });
}
