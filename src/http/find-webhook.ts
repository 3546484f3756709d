import type { WebhookView } from "../domain/webhook.ts";
import type { Principal } from "../identity/principal.ts";
import { ApiError } from "./errors.ts";
import type { Webhooks } from "./webhooks.ts";

/** An endpoint, for its owner or an admin. @throws ApiError WEBHOOK_NOT_FOUND, also where it is somebody else's. */
export async function findOwnWebhook(
  webhooks: Pick<Webhooks, "byId">,
  { userId, role }: Principal,
  id: string,
): Promise<WebhookView> {
  const webhook = await webhooks.byId(id);
  if (webhook === null || (role !== "admin" && webhook.ownerId !== userId)) throw webhookNotFound();
  return webhook;
}

export function webhookNotFound(): ApiError {
  return new ApiError("WEBHOOK_NOT_FOUND", "Webhook not found");
}
