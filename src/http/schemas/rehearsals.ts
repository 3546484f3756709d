import { z } from "zod";
import { PRIORITIES } from "../../domain/waitlist.ts";
import { QUANTITY_MAX, SECONDS_MAX } from "../../rehearsal/demand-row.ts";
import { SEED_DEFAULT, TIMES_MAX } from "../../rehearsal/plan.ts";
import { RULE_NAMES } from "../../rehearsal/pricing-rule.ts";
import { otherNamesOf } from "../names.ts";
import { text } from "./text.ts";
import { CAPACITY_MAX, capacity, price, TIERS_MAX, tierName } from "./tiers.ts";
import { time } from "./times.ts";

const ROWS_MAX = 1_000;
const SEATS_MAX = 100;
const DAY_S = 86_400;
const RATE_MAX = 1_000_000;
const ELASTICITY_MAX = 20;

const seconds = z.number().min(0).max(SECONDS_MAX);

/** Somebody who comes; the same fields as the columns of a file of `npm run rehearse`. */
const row = z
  .strictObject({
    at: time.optional(),
    seconds: z.number().min(-SECONDS_MAX).max(SECONDS_MAX).optional(),
    user: text(200).optional(),
    quantity: z.int().min(1).max(QUANTITY_MAX).default(1),
    tier: tierName.optional(),
    seats: z
      .array(text(200).regex(/^[^/]+\/[^/]+\/[^/]+$/, "must be section/row/number"))
      .min(1)
      .max(SEATS_MAX)
      .optional(),
    section: text(200).optional(),
    adjacent: z.boolean().optional(),
    promo_code: text(50).optional(),
    willing_to_pay: price.optional(),
    waitlist: z.enum(PRIORITIES).optional(),
    pays_after_s: seconds.nullable().optional(),
    cancels_after_s: seconds.nullable().optional(),
  })
  .refine((one) => (one.at === undefined) !== (one.seconds === undefined), {
    path: ["seconds"],
    message: "is required, or at in its place",
  });
export type DemandRowBody = z.output<typeof row>;

export const startRehearsalBody = z
  .strictObject({
    times: z.number().min(0.001).max(TIMES_MAX).optional(),
    demand: z.array(row).min(1).max(ROWS_MAX).optional(),
    from: z.enum(["start", "now"]).default("start"),
    pricing: z.array(z.enum(RULE_NAMES)).min(1).max(RULE_NAMES.length).optional(),
    tiers: z
      .array(z.strictObject({ tier: tierName, capacity: capacity.optional(), price: price.optional() }))
      .min(1)
      .max(TIERS_MAX)
      .optional(),
    max_tickets_per_user: z.int().min(1).max(CAPACITY_MAX).nullable().optional(),
    hold_ttl_seconds: z.int().min(1).max(DAY_S).optional(),
    rate: z.number().min(0.001).max(RATE_MAX).optional(),
    elasticity: z.number().min(0.01).max(ELASTICITY_MAX).optional(),
    pays: z.number().min(0).max(1).optional(),
    pays_after_s: z.number().min(0).max(DAY_S).optional(),
    seed: z
      .int()
      .min(0)
      .max(2 ** 31 - 1)
      .default(SEED_DEFAULT),
  })
  .refine((body) => (body.times === undefined) !== (body.demand === undefined), {
    path: ["times"],
    message: "is required, or demand in its place",
  });

export const REHEARSAL_NAMES = otherNamesOf(startRehearsalBody);
