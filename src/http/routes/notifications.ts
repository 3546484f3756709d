import Router from "@koa/router";
import type { Middleware } from "koa";
import type { NotificationDesk } from "../notification-desk.ts";
import type { Reads } from "../reads.ts";
import type { AppState } from "../state.ts";
import { NotificationLists } from "./notification-lists.ts";
import { NotificationPreferences } from "./notification-preferences.ts";
import { NotificationSending } from "./notification-sending.ts";

export interface NotificationRoutesOptions {
  readonly reads: Pick<Reads, "event" | "eventCard" | "notificationsOfUser">;
  readonly notifications: NotificationDesk;
  /** What browsers subscribe to pushes with (VAPID, base64url); null where pushes are not configured. */
  readonly pushKey: string | null;
  readonly ids: { newId(): string };
  readonly readBody: Middleware<AppState>;
}

/** What people are told, how they want to be told, and what became of it. */
export function notificationRoutes(options: NotificationRoutesOptions): Router<AppState> {
  const { readBody } = options;
  const lists = new NotificationLists(options);
  const sending = new NotificationSending(options);
  const preferences = new NotificationPreferences(options);
  return new Router<AppState>()
    .get("/notifications/user/:userId", (ctx) => lists.list(ctx))
    .get("/notifications/stats", (ctx) => lists.stats(ctx))
    .get("/notifications/dead-letters", (ctx) => lists.deadLetters(ctx))
    .post("/notifications/dead-letters/:id/retry", readBody, (ctx) => lists.retry(ctx))
    .get("/notifications/push-key", (ctx) => preferences.pushKey(ctx))
    .get("/notifications/broadcasts/:id", (ctx) => sending.showBroadcast(ctx))
    .post("/notifications/send", readBody, (ctx) => sending.send(ctx))
    .post("/notifications/broadcast/:eventId", readBody, (ctx) => sending.broadcast(ctx))
    .post("/notifications/read-all", readBody, (ctx) => lists.readAll(ctx))
    .patch("/notifications/:id", readBody, (ctx) => lists.mark(ctx))
    .get("/notifications/:id/deliveries", (ctx) => lists.deliveries(ctx))
    .get("/users/notification-preferences", (ctx) => preferences.show(ctx))
    .put("/users/notification-preferences", readBody, (ctx) => preferences.change(ctx))
    .patch("/users/notification-preferences", readBody, (ctx) => preferences.change(ctx))
    .post("/users/push-subscriptions", readBody, (ctx) => preferences.subscribe(ctx))
    .delete("/users/push-subscriptions", readBody, (ctx) => preferences.unsubscribe(ctx));
}
