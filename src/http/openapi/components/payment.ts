import { z } from "zod";
import { amount, currency, named, time, uuid } from "./scalars.ts";

const paymentFields = {
  id: uuid,
  payment_id: uuid.meta({ description: "The same as id" }),
  booking_id: uuid,
  event_id: uuid,
  user_id: uuid,
  provider: named("test"),
  status: z.enum(["open", "captured", "failed"]),
  amount,
  refund_amount: amount.meta({ examples: [0] }),
  refunded_amount: amount.meta({ description: "The same as refund_amount", examples: [0] }),
  currency,
  checkout_url: z
    .string()
    .nullable()
    .meta({ examples: ["https://tickets.example.com/api/v1/payments/test/cs_1"] }),
  client_secret: z
    .string()
    .nullable()
    .meta({ examples: [null] }),
  expires_at: time.nullable(),
  created_at: time,
};

const payment = z
  .strictObject(paymentFields)
  .meta({ id: "Payment", description: "A payment as its buyer sees it" });

export const paymentReply = z
  .strictObject({ ...paymentFields, payment })
  .meta({ id: "PaymentReply", description: "A payment flat, and the same once more as `payment`" });

export const promoCode = z
  .strictObject({
    event_id: uuid,
    code: named("EARLY10"),
    discount_percent: z
      .number()
      .nullable()
      .meta({ examples: [10] }),
    discount_amount: amount.nullable().meta({ examples: [null] }),
    max_uses: z.int().min(1).nullable(),
    used: z.int().min(0),
    tiers: z.array(named("General")).nullable(),
    valid_until: time.nullable(),
  })
  .meta({ id: "PromoCode", description: "A code that lowers the price, opens restricted tiers, or both" });
