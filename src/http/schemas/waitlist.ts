import { z } from "zod";
import { PRIORITIES } from "../../domain/waitlist.ts";
import { otherNamesOf } from "../names.ts";
import { QUANTITY_MAX, uuid } from "./bookings.ts";
import { CAPACITY_MAX, TIERS_MAX, tierName } from "./tiers.ts";

const joinFields = {
  user_id: uuid.optional(),
  user_tier: z.enum(PRIORITIES).optional(),
  quantity: z.int().min(1).max(QUANTITY_MAX).default(1),
  tiers: z.array(tierName).min(1).max(TIERS_MAX).nullable().optional(),
  notification_preferences: z
    .strictObject({
      email: z.boolean().optional(),
      sms: z.boolean().optional(),
      push: z.boolean().optional(),
      websocket: z.boolean().optional(),
    })
    .optional(),
};

export const joinWaitlistBody = z.strictObject(joinFields);

/** The same where the path does not name the event. */
export const joinWaitlistOfEventBody = z.strictObject({ event_id: uuid, ...joinFields });

export type JoinWaitlistBody = z.output<typeof joinWaitlistBody>;

export const processWaitlistBody = z.strictObject({
  available_seats: z.int().min(1).max(CAPACITY_MAX).optional(),
});

export const WAITLIST_NAMES = otherNamesOf(joinWaitlistOfEventBody, "join");

export const PROCESS_NAMES = otherNamesOf(processWaitlistBody);
