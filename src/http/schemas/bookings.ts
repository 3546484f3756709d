import { z } from "zod";
import type { FieldNames } from "../validate.ts";
import { text } from "./text.ts";

export const QUANTITY_MAX = 100;
const TIER_LENGTH_MAX = 60;
const AMOUNT_MAX = 1_000_000_000;

export const uuid = z.guid().transform((value) => value.toLowerCase());

export const bookTicketsBody = z.strictObject({
  event_id: uuid,
  quantity: z.int().min(1).max(QUANTITY_MAX),
  user_id: uuid.optional(),
  tier: text(TIER_LENGTH_MAX).optional(),
  expected_total_amount: z.number().min(0).max(AMOUNT_MAX).optional(),
});

/** Other names the documents and their clients use. */
export const BOOKING_NAMES: FieldNames = {
  eventId: "event_id",
  userId: "user_id",
  price_tier: "tier",
  expectedTotalAmount: "expected_total_amount",
};

export const bookingListQuery = z.object({
  status: z.enum(["pending", "confirmed", "cancelled"]).optional(),
});
