import { z } from "zod";
import { PRIORITIES } from "../../../domain/waitlist.ts";
import { kindChoice } from "./notification.ts";
import { count, named, time, uuid } from "./scalars.ts";

export const entryFields = {
  id: uuid,
  waitlist_id: uuid.meta({ description: "The same as id" }),
  event_id: uuid,
  user_id: uuid,
  status: z.enum(["waiting", "offered", "converted", "lapsed", "left"]),
  position: z.int().min(1).nullable(),
  total_ahead: count.nullable(),
  estimated_wait_time: z
    .number()
    .nullable()
    .meta({ description: "Hours, from this event's own history; null where there is none", examples: [1.5] }),
  promotion_probability: z
    .number()
    .min(0)
    .max(100)
    .nullable()
    .meta({ description: "Percent", examples: [40] }),
  estimatedWaitTime: z.number().nullable().meta({ description: "The same as estimated_wait_time" }),
  promotionProbability: z.number().nullable().meta({ description: "The same as promotion_probability" }),
  user_tier: z.enum(PRIORITIES),
  priority_score: z.int().meta({ examples: [500] }),
  quantity: z.int().min(1),
  tiers: z.array(named("General")).nullable(),
  booking_id: uuid.nullable().meta({ description: "The offer, which is a pending booking" }),
  expires_at: time.nullable(),
  joined_at: time,
};

export const waitlistEntry = z
  .strictObject(entryFields)
  .meta({ id: "WaitlistEntry", description: "Somebody's place in a waitlist" });

const entryEvent = z.strictObject({ id: uuid, name: named("An Evening of Jazz"), start_time: time });

export const waitlistEntryWithEvent = z
  .strictObject({ ...entryFields, event: entryEvent })
  .meta({ id: "WaitlistEntryOfEvent" });

export const waitlistJoined = z
  .strictObject({
    ...entryFields,
    requested_tier: z.enum(PRIORITIES).optional(),
    notification_preferences: kindChoice.optional(),
    event: entryEvent,
  })
  .meta({ id: "WaitlistJoined" });

export const waitlistLeft = z
  .strictObject({ ...entryFields, positions_updated: count })
  .meta({ id: "WaitlistLeft" });

export const waitlistStats = z
  .strictObject({
    total_waiting: count,
    average_wait_time: z.number().nullable().meta({ description: "Hours from joining to the offer" }),
    promotion_rate: z
      .number()
      .nullable()
      .meta({ description: "Offers made for each who stopped waiting, 0 to 1" }),
    tiers: z.strictObject({ vip: count, premium: count, basic: count }),
  })
  .meta({ id: "WaitlistStats" });

export const promotedUser = z
  .strictObject({
    user_id: uuid,
    position: z.int().min(1),
    notification_sent: z.boolean(),
    quantity: z.int().min(1),
    booking_id: uuid,
    expires_at: time,
  })
  .meta({ id: "PromotedUser" });
