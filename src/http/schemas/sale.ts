import { z } from "zod";
import { otherNamesOf } from "../names.ts";
import { orTexts } from "./documented.ts";
import { text } from "./text.ts";
import { CAPACITY_MAX, price, TIERS_MAX, tierName } from "./tiers.ts";
import { time } from "./times.ts";

const TICKETS_MAX = 100;
const TTL_S_MAX = 86_400;
const HOLDS_MAX = 100;
const REFUND_STEPS_MAX = 20;
const HOURS_BEFORE_MAX = 87_600;

const refundStep = z.strictObject({
  hours_before: z.number().min(0).max(HOURS_BEFORE_MAX),
  percent: z.number().min(0).max(100),
});

/** `"full"`, `"none"`, or shares by the hours that are left until the event starts. */
const refundPolicy = z
  .preprocess(
    (value) => (typeof value === "string" ? { type: value } : value),
    z
      .strictObject(
        {
          type: z.enum(["full", "none", "percentage"]),
          steps: z.array(refundStep).min(1).max(REFUND_STEPS_MAX).optional(),
        },
        { error: 'must be "full", "none" or an object with type and steps' },
      )
      .refine(({ type, steps }) => (type === "percentage") === (steps !== undefined), {
        path: ["steps"],
        error: "belong to the type percentage, which needs them",
      })
      .refine(({ steps = [] }) => new Set(steps.map((step) => step.hours_before)).size === steps.length, {
        path: ["steps"],
        error: "name the same hours_before twice",
      }),
  )
  .meta({ override: orTexts("full", "none") });

/** How an event sells; the same in a new event and in a change. */
export const saleRuleFields = {
  max_tickets_per_booking: z.int().min(1).max(TICKETS_MAX).optional(),
  max_tickets_per_user: z.int().min(1).max(CAPACITY_MAX).nullable().optional(),
  requires_payment: z.boolean().optional(),
  hold_ttl_seconds: z.int().min(1).max(TTL_S_MAX).optional(),
  offer_ttl_seconds: z.int().min(1).max(TTL_S_MAX).optional(),
  max_holds_per_user: z.int().min(1).max(HOLDS_MAX).optional(),
  refund_policy: refundPolicy.optional(),
};

/** A code with a discount; without one it only opens tiers that are restricted. */
export const promoCodeBody = z
  .strictObject({
    code: text(50).regex(/^\S+$/, "must not contain spaces"),
    discount_percent: z.number().gt(0).max(100).optional(),
    discount_amount: price.gt(0).optional(),
    max_uses: z.int().min(1).max(CAPACITY_MAX).nullable().optional(),
    tiers: z.array(tierName).min(1).max(TIERS_MAX).nullable().optional(),
    valid_until: time.nullable().optional(),
  })
  .refine((body) => body.discount_percent === undefined || body.discount_amount === undefined, {
    path: ["discount_amount"],
    error: "cannot stand beside discount_percent; send only one",
  });

export const PROMO_CODE_NAMES = otherNamesOf(promoCodeBody, "promoCode");
