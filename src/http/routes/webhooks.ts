import Router, { type RouterContext } from "@koa/router";
import type { Middleware } from "koa";
import type { WebhookView } from "../../domain/webhook.ts";
import { ApiError } from "../errors.ts";
import { findOwnWebhook } from "../find-webhook.ts";
import { replyOf, requestKey } from "../idempotency.ts";
import { principalOf } from "../middleware/authenticate.ts";
import { presentAttempt, presentBacklog, presentWebhook } from "../presenters/webhook.ts";
import { succeed, succeedWithPage } from "../reply.ts";
import { pageOf } from "../schemas/lists.ts";
import { deliveryListQuery, webhookListQuery } from "../schemas/webhooks.ts";
import type { AppState } from "../state.ts";
import { expectNoFields, parseQuery, uuidParam } from "../validate.ts";
import type { Webhooks } from "../webhooks.ts";
import { WebhookWrites, type WebhookWritesOptions } from "./webhook-writes.ts";

type Context = RouterContext<AppState>;

export interface WebhookRoutesOptions extends WebhookWritesOptions {
  readonly readBody: Middleware<AppState>;
}

const LIST_DEFAULT = 20;

/** Endpoints that organizers are told of outcomes at: their own, for their own events; an admin's may be for any. */
export function webhookRoutes(options: WebhookRoutesOptions): Router<AppState> {
  const { readBody, webhooks } = options;
  const reads = new WebhookReads(webhooks);
  const writes = new WebhookWrites(options);
  return new Router<AppState>()
    .get("/webhooks", (ctx) => reads.list(ctx))
    .post("/webhooks", readBody, (ctx) => writes.create(ctx))
    .get("/webhooks/:id", (ctx) => reads.show(ctx))
    .patch("/webhooks/:id", readBody, (ctx) => writes.update(ctx))
    .delete("/webhooks/:id", readBody, (ctx) => writes.remove(ctx))
    .post("/webhooks/:id/rotate-secret", readBody, (ctx) => writes.rotate(ctx))
    .post("/webhooks/:id/test", readBody, (ctx) => reads.tryOut(ctx))
    .get("/webhooks/:id/deliveries", (ctx) => reads.deliveries(ctx));
}

/** What looks at an endpoint, or tries it out. */
class WebhookReads {
  readonly #webhooks: Webhooks;

  constructor(webhooks: Webhooks) {
    this.#webhooks = webhooks;
  }

  async list(ctx: Context): Promise<void> {
    const { userId, role } = principalOf(ctx);
    const query = parseQuery(webhookListQuery, ctx.query);
    const page = pageOf(query, LIST_DEFAULT);
    const ownerId = role === "admin" ? null : userId;
    const { webhooks, total } = await this.#webhooks.list({
      ownerId,
      eventId: query.event_id ?? null,
      ...page,
    });
    succeedWithPage(ctx, webhooks.map(presentWebhook), { page, total });
  }

  async show(ctx: Context): Promise<void> {
    const webhook = await this.#findOwn(ctx);
    const backlog = presentBacklog(await this.#webhooks.backlogOf(webhook.id));
    succeed(ctx, 200, { ...presentWebhook(webhook), backlog });
  }

  async tryOut(ctx: Context): Promise<void> {
    expectNoFields(ctx.request.body, "must be empty");
    const webhook = await this.#findOwn(ctx);
    const tried = await this.#webhooks.tryOut(webhook, requestKey(ctx, principalOf(ctx).userId, {}));
    if (tried.type === "underWay") {
      throw new ApiError(
        "IDEMPOTENCY_KEY_IN_USE",
        "The request that this Idempotency-Key was first sent with is not answered yet",
        { retryAfterS: 1 },
      );
    }
    const { messageId, isDelivered, statusCode, error, durationMs } = replyOf(ctx, tried);
    succeed(ctx, 200, {
      webhook_id: webhook.id,
      message_id: messageId,
      type: "webhook.test",
      status: isDelivered ? "delivered" : "failed",
      status_code: statusCode,
      error,
      duration_ms: durationMs,
    });
  }

  async deliveries(ctx: Context): Promise<void> {
    const query = parseQuery(deliveryListQuery, ctx.query);
    const page = pageOf(query, LIST_DEFAULT);
    const { id } = await this.#findOwn(ctx);
    const isDelivered = query.status === undefined ? null : query.status === "delivered";
    const { attempts, total } = await this.#webhooks.attemptsOf({ webhookId: id, isDelivered, ...page });
    succeedWithPage(ctx, attempts.map(presentAttempt), { page, total });
  }

  #findOwn(ctx: Context): Promise<WebhookView> {
    return findOwnWebhook(this.#webhooks, principalOf(ctx), uuidParam(ctx.params));
  }
}
