import { z } from "zod";
import { otherNamesOf } from "../names.ts";
import { text } from "./text.ts";
import { price, tierName } from "./tiers.ts";

const REASON_LENGTH_MAX = 500;
const COOL_DOWN_MINUTES_MAX = 43_200;

/** A price of one's own, or the recommended one; where both are given, one's own is taken. */
export const applyPriceBody = z
  .strictObject({
    use_ai_recommendation: z.boolean().optional(),
    manual_price: price.optional(),
    tier: tierName.optional(),
    reason: text(REASON_LENGTH_MAX).optional(),
    confirm: z.boolean().optional(),
  })
  .refine((body) => body.manual_price !== undefined || body.use_ai_recommendation === true, {
    path: ["manual_price"],
    error: "is needed, or use_ai_recommendation: true",
  });

export const APPLY_PRICE_NAMES = otherNamesOf(applyPriceBody);

/** What automatic prices may do; what is left out stays, null is the usual guard rail again. */
export const pricingSettingsBody = z.strictObject({
  floor_price: price.nullable().optional(),
  ceiling_price: price.nullable().optional(),
  max_step_percent: z.number().gt(0).max(100).nullable().optional(),
  cool_down_minutes: z.int().min(1).max(COOL_DOWN_MINUTES_MAX).nullable().optional(),
  autopilot: z.boolean().optional(),
});

export const PRICING_SETTINGS_NAMES = otherNamesOf(pricingSettingsBody);
