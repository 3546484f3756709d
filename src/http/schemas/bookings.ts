import { z } from "zod";
import { otherNamesOf } from "../names.ts";
import { text } from "./text.ts";

export const QUANTITY_MAX = 100;
const NAME_LENGTH_MAX = 60;
const EMAIL_LENGTH_MAX = 254;
const AMOUNT_MAX = 1_000_000_000;

export const uuid = z.guid().transform((value) => value.toLowerCase());

const quantity = z.int().min(1).max(QUANTITY_MAX);
const seatIds = z
  .array(uuid)
  .min(1)
  .max(QUANTITY_MAX)
  .superRefine((ids, ctx) => {
    for (const [at, id] of ids.entries()) {
      if (ids.indexOf(id) < at) ctx.addIssue({ code: "custom", path: [at], message: "is there twice" });
    }
  });

/** Which tickets somebody wants. */
const wish = {
  tier: text(NAME_LENGTH_MAX).optional(),
  expected_total_amount: z.number().min(0).max(AMOUNT_MAX).optional(),
  seat_ids: seatIds.optional(),
  best_available: z.boolean().optional(),
  section: text(NAME_LENGTH_MAX).optional(),
};

export const bookTicketsBody = z.strictObject({
  event_id: uuid,
  quantity: quantity.optional(),
  user_id: uuid.optional(),
  ...wish,
  promo_code: text(NAME_LENGTH_MAX).optional(),
  waitlist_if_full: z.boolean().optional(),
});

export const exchangeBody = z.strictObject(wish);

export const cancelBody = z.strictObject({ seat_ids: seatIds.optional(), quantity: quantity.optional() });

export const transferBody = z.strictObject({
  to_user_id: uuid.optional(),
  to_email: text(EMAIL_LENGTH_MAX)
    .pipe(z.email())
    .meta({ override: { format: "email" } })
    .optional(),
});

/** Other names the documents and their clients use. */
export const BOOKING_NAMES = otherNamesOf(bookTicketsBody, "wish");

export const EXCHANGE_NAMES = otherNamesOf(exchangeBody, "wish");

export const CANCEL_NAMES = otherNamesOf(cancelBody);
export const TRANSFER_NAMES = otherNamesOf(transferBody);

export const bookingListQuery = z.object({
  status: z.enum(["pending", "confirmed", "cancelled", "expired"]).optional(),
});
