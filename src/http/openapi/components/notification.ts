import { z } from "zod";
import { CHANNELS } from "../../../notifications/channel.ts";
import { CHOSEN_KINDS } from "../../../notifications/kinds.ts";
import { count, named, time, uuid } from "./scalars.ts";

const channel = z.enum(CHANNELS);
const status = z.enum(["queued", "delivered", "logged", "failed", "refused", "unreachable", "dead"]);
const overall = z.enum(["stored", "queued", "delivered", "logged", "failed"]).meta({
  description: "Of all its deliveries; `stored`: it stands in this list only",
});

const deliveryFields = {
  channel,
  status,
  is_fail_over: z.boolean().meta({ description: "Tried because no other channel led to the person" }),
  attempts: count,
  provider_ref: z.string().nullable(),
  error: z.string().nullable(),
  created_at: time,
  updated_at: time,
  next_attempt_at: time.nullable(),
};

const delivery = z.strictObject(deliveryFields).meta({ id: "NotificationDelivery" });

export const notification = z
  .looseObject({
    id: uuid,
    notification_id: uuid.meta({ description: "The same as id" }),
    user_id: uuid,
    type: named("booking_confirmed"),
    title: named("Booking confirmed: An Evening of Jazz"),
    message: named("You have 2 tickets for An Evening of Jazz."),
    status: overall,
    event_id: uuid.nullable(),
    seq: count.nullable().meta({ description: "The ledger number of what it tells of" }),
    data: z.record(z.string(), z.unknown()),
    read: z.boolean(),
    is_read: z.boolean().meta({ description: "The same as read" }),
    read_at: time.nullable(),
    created_at: time,
    channels: z.array(channel),
    deliveries: z.array(delivery),
  })
  .meta({
    id: "Notification",
    description: "What a person is told; the fields of `data` stand beside `type`, too",
  });

const attempt = z.strictObject({
  attempt: z.int().min(1),
  result: status,
  provider_ref: z.string().nullable(),
  error: z.string().nullable(),
  at: time,
});

export const trail = z
  .strictObject({
    notification_id: uuid,
    status: overall,
    deliveries: z.array(z.strictObject({ ...deliveryFields, history: z.array(attempt) })),
  })
  .meta({ id: "NotificationTrail", description: "Every attempt to bring a notification to its person" });

export const deadLetter = z
  .strictObject({
    id: uuid,
    notification_id: uuid.meta({ description: "The same as id" }),
    channel,
    user_id: uuid,
    type: named("booking_confirmed"),
    title: named("Booking confirmed: An Evening of Jazz"),
    attempts: count,
    error: z.string().nullable(),
    created_at: time,
    died_at: time,
  })
  .meta({ id: "DeadLetter" });

const counts = z
  .strictObject({
    sent: count.meta({
      description: "Given to who carries it: `delivered`, `retrying` and `failed` together",
    }),
    delivered: count.meta({ description: "Taken by an open socket, a mail server, a push or SMS service" }),
    failed: count.meta({
      description: "Sent, and over without being delivered: `refused` and `dead` together",
    }),
    unreachable: count.meta({ description: "Not sent: this way does not lead to the person" }),
    logged: count.meta({
      description: "Not sent: written to the log, because the channel is not configured",
    }),
    queued: count.meta({ description: "Not tried yet" }),
    retrying: count.meta({ description: "Failed so far, and tried again" }),
    refused: count.meta({ description: "Not taken, and never will be" }),
    dead: count.meta({ description: "Given up after all attempts" }),
  })
  .meta({ id: "DeliveryCounts" });

const byChannel = z.strictObject({ websocket: counts, push: counts, email: counts, sms: counts });

export const notificationStats = z
  .strictObject({
    total_sent: count,
    total_delivered: count,
    total_unreachable: count,
    total_logged: count,
    delivery_rate: z
      .number()
      .min(0)
      .max(1)
      .nullable()
      .meta({
        description: "`delivered` of `delivered` and `failed`; null before the first",
        examples: [0.98],
      }),
    channels: byChannel,
  })
  .meta({ id: "NotificationStats" });

export const broadcast = z
  .strictObject({
    id: uuid,
    broadcast_id: uuid.meta({ description: "The same as id" }),
    event_id: uuid,
    type: named("event_update"),
    title: named("Event update: An Evening of Jazz"),
    message: named("Doors open at seven."),
    channels: z.array(channel).nullable().meta({ description: "Null: what each person prefers" }),
    status: z.enum(["queued", "running", "completed"]),
    recipients: count,
    recipients_count: count.meta({ description: "The same as recipients" }),
    told: count.meta({ description: "Who has it in their notifications" }),
    progress: z.number().min(0).max(1),
    deliveries: byChannel,
    created_at: time,
    completed_at: time.nullable(),
  })
  .meta({ id: "Broadcast" });

const choice = z.boolean().nullable().meta({
  description: "True: used first. False: never. Null: where those of the first do not lead to the person",
});
export const kindChoice = z
  .strictObject({ websocket: choice, push: choice, email: choice, sms: choice })
  .meta({ id: "ChannelChoice" });

export const preferences = z
  .strictObject({
    preferences: z.strictObject(Object.fromEntries(CHOSEN_KINDS.map((kind) => [kind, kindChoice]))),
    channels: z.array(channel),
    mandatory: z
      .array(z.string())
      .meta({ description: "Kinds that cannot be changed", examples: [["password_changed"]] }),
  })
  .meta({ id: "NotificationPreferences" });
