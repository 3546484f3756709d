import type { RouterContext } from "@koa/router";
import type { z } from "zod";
import type { WebhookView } from "../../domain/webhook.ts";
import { ApiError } from "../errors.ts";
import { findEvent } from "../event-reply.ts";
import { findOwnWebhook, webhookNotFound } from "../find-webhook.ts";
import { type IdempotencyKey, requestKey } from "../idempotency.ts";
import { principalOf } from "../middleware/authenticate.ts";
import { presentWebhook } from "../presenters/webhook.ts";
import type { Reads } from "../reads.ts";
import { locationOf, succeed } from "../reply.ts";
import {
  createWebhookBody,
  updateWebhookBody,
  WEBHOOK_CHANGE_NAMES,
  WEBHOOK_NAMES,
} from "../schemas/webhooks.ts";
import type { AppState } from "../state.ts";
import { expectNoFields, malformed, parseBody, uuidParam } from "../validate.ts";
import type { WebhookChanges, Webhooks, WebhookWrite } from "../webhooks.ts";

type Context = RouterContext<AppState>;

export interface WebhookWritesOptions {
  readonly webhooks: Webhooks;
  readonly reads: Pick<Reads, "event">;
  readonly ids: { newId(): string };
}

/** What changes an endpoint: it is made, changed, removed, given a new secret. */
export class WebhookWrites {
  readonly #options: WebhookWritesOptions;
  readonly #webhooks: Webhooks;

  constructor(options: WebhookWritesOptions) {
    this.#options = options;
    this.#webhooks = options.webhooks;
  }

  async create(ctx: Context): Promise<void> {
    const { userId } = principalOf(ctx);
    const body = parseBody(createWebhookBody, ctx.request.body, WEBHOOK_NAMES);
    const key = requestKey(ctx, userId, body);
    const earlier = await this.#webhooks.keyUse(key);
    const webhook = await this.#ofWrite(ctx, earlier ?? (await this.#make(ctx, body, key)));
    ctx.set("Location", locationOf(ctx.path, webhook.id));
    succeed(ctx, 201, await this.#withSecret(webhook, 1), {
      message: "Webhook created; its secret is shown this once",
    });
  }

  async #make(
    ctx: Context,
    body: z.output<typeof createWebhookBody>,
    key: IdempotencyKey | null,
  ): Promise<WebhookWrite> {
    const { url, description = null, types = null, event_id: eventId = null } = body;
    await this.#expectGoodUrl(url);
    if (eventId !== null) await this.#expectOwnEvent(ctx, eventId);
    const id = this.#options.ids.newId();
    const { userId: ownerId } = principalOf(ctx);
    return await this.#webhooks.create({ id, ownerId, eventId, url, description, types, key });
  }

  async update(ctx: Context): Promise<void> {
    const body = parseBody(updateWebhookBody, ctx.request.body, WEBHOOK_CHANGE_NAMES);
    const id = uuidParam(ctx.params);
    if (body.url !== undefined) await this.#expectGoodUrl(body.url);
    await this.#findOwn(ctx);
    const changed = await this.#webhooks.update(id, changesOf(body));
    if (changed === null) throw webhookNotFound();
    succeed(ctx, 200, presentWebhook(changed), { message: "Webhook updated" });
  }

  async remove(ctx: Context): Promise<void> {
    expectNoFields(ctx.request.body, "must be empty: the whole webhook is removed");
    const id = uuidParam(ctx.params);
    const key = requestKey(ctx, principalOf(ctx).userId, {});
    const earlier = await this.#webhooks.keyUse(key);
    if (earlier === null) await this.#findOwn(ctx);
    noteReplay(ctx, earlier ?? (await this.#webhooks.remove(id, key)));
    succeed(ctx, 200, { id, webhook_id: id, deleted: true }, { message: "Webhook removed" });
  }

  /** A retry with the same key is shown the same secret, as long as that is the present one. */
  async rotate(ctx: Context): Promise<void> {
    expectNoFields(ctx.request.body, "must be empty: the secret is made here");
    const before = await this.#findOwn(ctx);
    const key = requestKey(ctx, principalOf(ctx).userId, {});
    const webhook = await this.#ofWrite(ctx, await this.#webhooks.rotate(before.id, key));
    succeed(ctx, 200, await this.#withSecret(webhook, webhook.secretVersion), {
      message:
        "The secret was replaced; messages are signed with the old one, too, until it is no longer valid",
    });
  }

  #findOwn(ctx: Context): Promise<WebhookView> {
    return findOwnWebhook(this.#webhooks, principalOf(ctx), uuidParam(ctx.params));
  }

  async #expectGoodUrl(url: string): Promise<void> {
    const problem = await this.#webhooks.problemOfUrl(url);
    if (problem !== null) throw malformed("url", problem);
  }

  async #expectOwnEvent(ctx: Context, eventId: string): Promise<void> {
    const { role, userId } = principalOf(ctx);
    const event = await findEvent(this.#options.reads, eventId);
    if (role === "admin" || event.createdBy === userId) return;
    throw new ApiError("AUTH_UNAUTHORIZED", "This is another organizer's event");
  }

  async #ofWrite(ctx: Context, write: WebhookWrite): Promise<WebhookView> {
    const webhook = await this.#webhooks.byId(noteReplay(ctx, write));
    if (webhook === null) throw webhookNotFound();
    return webhook;
  }

  /** The secret is told only as long as it is the one that this request made. */
  async #withSecret(webhook: WebhookView, version: number): Promise<Record<string, unknown>> {
    const isIts = webhook.secretVersion === version;
    const secret = isIts ? await this.#webhooks.secretOf(webhook.id) : null;
    return { ...presentWebhook(webhook), secret };
  }
}

/** The endpoint that was written, now or by an earlier request with this key. @throws ApiError where neither. */
function noteReplay(ctx: Context, write: WebhookWrite): string {
  if (write.type === "keyReused") {
    throw new ApiError("IDEMPOTENCY_KEY_REUSED", "This Idempotency-Key was used for another request");
  }
  if (write.type === "tooMany") {
    throw new ApiError(
      "WEBHOOK_LIMIT_EXCEEDED",
      "You have as many webhooks as one may have; remove one first",
    );
  }
  if (write.type === "replayed") ctx.set("Idempotency-Replayed", "true");
  return write.id;
}

function changesOf(body: z.output<typeof updateWebhookBody>): WebhookChanges {
  const { is_active: isActive, ...same } = body;
  const changes = { ...same, isActive };
  return Object.fromEntries(Object.entries(changes).filter(([, value]) => value !== undefined));
}
