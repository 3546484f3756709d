import { z } from "zod";
import { otherNamesOf } from "../names.ts";
import { OUTCOME_TYPES } from "../presenters/outcome-types.ts";
import { uuid } from "./bookings.ts";
import { pageFields } from "./lists.ts";
import { text } from "./text.ts";

const URL_LENGTH_MAX = 2_048;
const FEED_LIMIT_MAX = 1_000;
const FEED_LIMIT_DEFAULT = 100;
const FEED_WAIT_S_MAX = 30;

/** Which outcomes; null: all. */
const types = z
  .array(z.enum(OUTCOME_TYPES))
  .min(1)
  .max(OUTCOME_TYPES.length)
  .transform((given) => [...new Set(given)].sort())
  .nullish();

const described = { description: text(200).nullish(), types };

export const createWebhookBody = z.strictObject({
  url: text(URL_LENGTH_MAX),
  event_id: uuid.nullish(),
  ...described,
});

export const updateWebhookBody = z.strictObject({
  url: text(URL_LENGTH_MAX).optional(),
  is_active: z.boolean().optional(),
  ...described,
});

export const WEBHOOK_NAMES = otherNamesOf(createWebhookBody);
export const WEBHOOK_CHANGE_NAMES = otherNamesOf(updateWebhookBody);

export const webhookListQuery = z.object({ ...pageFields, event_id: uuid.optional() });

export const deliveryListQuery = z.object({
  ...pageFields,
  status: z.enum(["delivered", "failed"]).optional(),
});

export const feedQuery = z.object({
  after: z.coerce.number().int().min(0).max(Number.MAX_SAFE_INTEGER).default(0),
  limit: z.coerce.number().int().min(1).max(FEED_LIMIT_MAX).default(FEED_LIMIT_DEFAULT),
  wait: z.coerce.number().int().min(0).max(FEED_WAIT_S_MAX).default(0),
});
