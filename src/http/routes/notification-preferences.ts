import type { RouterContext } from "@koa/router";
import { CHANNELS } from "../../notifications/channel.ts";
import { MANDATORY_KINDS } from "../../notifications/kinds.ts";
import { choicesOf, type StoredChoice } from "../../notifications/preferences.ts";
import { ApiError } from "../errors.ts";
import { replyOf, requestKey } from "../idempotency.ts";
import { principalOf } from "../middleware/authenticate.ts";
import type { NotificationDesk } from "../notification-desk.ts";
import { succeed } from "../reply.ts";
import { preferencesBody, subscriptionBody, unsubscribeBody } from "../schemas/notifications.ts";
import type { AppState } from "../state.ts";
import { malformed, parseBody } from "../validate.ts";

type Context = RouterContext<AppState>;

/** How people want to be told, and where their browsers take pushes. */
export class NotificationPreferences {
  readonly #desk: NotificationDesk;
  readonly #pushKey: string | null;

  constructor(options: { readonly notifications: NotificationDesk; readonly pushKey: string | null }) {
    this.#desk = options.notifications;
    this.#pushKey = options.pushKey;
  }

  async show(ctx: Context): Promise<void> {
    succeed(ctx, 200, presentChoices(await this.#desk.preferencesOf(principalOf(ctx).userId)));
  }

  /** Changes what is named and leaves the rest; a kind that is null goes back to its default. */
  async change(ctx: Context): Promise<void> {
    const { userId } = principalOf(ctx);
    mustNotBeMandatory(ctx.request.body);
    const { preferences } = parseBody(preferencesBody, ctx.request.body);
    const stored = await this.#desk.changePreferences(userId, preferences);
    succeed(ctx, 200, presentChoices(stored), { message: "Notification preferences updated" });
  }

  pushKey(ctx: Context): void {
    if (this.#pushKey === null) throw new ApiError("NOT_FOUND", "Web Push is not configured here");
    succeed(ctx, 200, { public_key: this.#pushKey });
  }

  async subscribe(ctx: Context): Promise<void> {
    const { userId } = principalOf(ctx);
    const body = parseBody(subscriptionBody, ctx.request.body);
    const { endpoint, keys } = body;
    const key = requestKey(ctx, userId, body);
    replyOf(ctx, await this.#desk.subscribe(userId, { endpoint, ...keys }, key));
    succeed(ctx, 201, { endpoint }, { message: "Pushes go to this browser" });
  }

  async unsubscribe(ctx: Context): Promise<void> {
    const { userId } = principalOf(ctx);
    const body = parseBody(unsubscribeBody, ctx.request.body);
    const { endpoint } = body;
    const gone = await this.#desk.unsubscribe(userId, endpoint, requestKey(ctx, userId, body));
    if (gone === null) throw new ApiError("NOT_FOUND", "You have no such subscription");
    replyOf(ctx, gone);
    succeed(ctx, 200, { endpoint }, { message: "No more pushes go to this browser" });
  }
}

/** @throws ApiError for what cannot be switched off, saying so. */
function mustNotBeMandatory(body: unknown): void {
  const { preferences } = (body ?? {}) as { readonly preferences?: unknown };
  if (typeof preferences !== "object" || preferences === null) return;
  const kind = MANDATORY_KINDS.find((name) => Object.hasOwn(preferences, name));
  if (kind !== undefined)
    throw malformed(`preferences.${kind}`, "is about the safety of your account and cannot be changed");
}

function presentChoices(stored: readonly StoredChoice[]): Record<string, unknown> {
  return { preferences: choicesOf(stored), channels: CHANNELS, mandatory: MANDATORY_KINDS };
}
