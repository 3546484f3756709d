import { z } from "zod";
import { OUTCOME_TYPES } from "../../presenters/outcome-types.ts";
import { count, named, time, uuid } from "./scalars.ts";

const outcomeType = z.enum(OUTCOME_TYPES as [string, ...string[]]).meta({ examples: ["booking.confirmed"] });

const webhookFields = {
  id: uuid,
  webhook_id: uuid.meta({ description: "The same as id" }),
  user_id: uuid,
  url: named("https://example.com/hooks/evently"),
  description: named("Our stock").nullable(),
  event_id: uuid.nullable().meta({ description: "Null: all events of its owner" }),
  types: z.array(outcomeType).nullable().meta({ description: "Null: all" }),
  is_active: z.boolean(),
  disabled_reason: z
    .enum(["owner", "gone", "failing"])
    .nullable()
    .meta({ description: "`gone`: it answered 410", examples: [null] }),
  disabled_at: time.nullable().meta({ examples: [null] }),
  failing_since: time.nullable().meta({ examples: [null] }),
  secret_version: z.int().min(1),
  old_secret_valid_until: time.nullable().meta({ examples: [null] }),
  created_at: time,
  updated_at: time,
};

export const webhook = z
  .strictObject(webhookFields)
  .meta({ id: "Webhook", description: "Where an organizer is told of outcomes" });

export const webhookWithSecret = z
  .strictObject({
    ...webhookFields,
    secret: named("whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw")
      .nullable()
      .meta({ description: "Null where another has been made since" }),
  })
  .meta({ id: "WebhookWithSecret" });

export const webhookWithBacklog = z
  .strictObject({ ...webhookFields, backlog: z.strictObject({ outcomes: count, events: count }) })
  .meta({ id: "WebhookWithBacklog" });

const statusCode = z
  .int()
  .nullable()
  .meta({ examples: [200] });
const problem = z
  .string()
  .nullable()
  .meta({ examples: [null] });
const status = z.enum(["delivered", "failed"]);

export const webhookTrial = z
  .strictObject({
    webhook_id: uuid,
    message_id: z.string(),
    type: z.literal("webhook.test"),
    status,
    status_code: statusCode,
    error: problem,
    duration_ms: z.number().min(0),
  })
  .meta({ id: "WebhookTrial" });

export const webhookAttempt = z
  .strictObject({
    id: z.string(),
    message_id: z.string(),
    type: z.enum(["event.outcomes", "webhook.test"]),
    event_id: uuid.nullable(),
    from_seq: count.nullable(),
    to_seq: count.nullable(),
    attempt: z.int().min(1),
    status,
    status_code: statusCode,
    error: problem,
    duration_ms: z.number().min(0),
    attempted_at: time,
    next_attempt_at: time.nullable().meta({ examples: [null] }),
  })
  .meta({ id: "WebhookAttempt", description: "One attempt at a message" });

const outcome = z
  .looseObject({ seq: count, position: count, type: outcomeType, decided_at: time })
  .meta({ id: "Outcome", description: "What was decided; the other fields depend on its type" });

export const feedPage = z
  .strictObject({
    event_id: uuid,
    outcomes: z.array(outcome),
    next_after: count.meta({
      description: "What to send as `after` next; never more than `head_seq`, whatever was sent",
    }),
    head_seq: count.meta({ description: "The number of the last decision" }),
    has_more: z.boolean(),
  })
  .meta({ id: "FeedPage" });
