import { z } from "zod";
import { amount, count, currency, named, time, uuid } from "./scalars.ts";

const share = z.number().meta({ examples: [0.12] });
const interval = z
  .strictObject({ low: share, high: share })
  .meta({ id: "PriceInterval", description: "Holds the truth with a probability of 80 %" });
const version = z
  .int()
  .min(1)
  .meta({ description: "The event's version that brought the price", examples: [3] });
const ruleVersion = named("gallego-van-ryzin/1");
const setBy = z.enum(["organizer", "recommendation", "autopilot"]);

const factors = z.strictObject({ demand: share, availability: share, time_to_event: share }).meta({
  id: "PriceFactors",
  description:
    "`demand`: what is expected to be asked for at the present price against that and the stock, 0.5 is just enough; " +
    "`availability`: the share of the capacity that is left; `time_to_event`: the share of the sale that is left",
});

const percentOf = (example: string) => named(example).nullable();
const expectedImpact = z
  .strictObject({ revenue_change: percentOf("+15%"), demand_change: percentOf("-5%") })
  .meta({ id: "ExpectedImpact" });

export const recommendation = z
  .strictObject({
    event_id: uuid,
    event_name: named("An Evening of Jazz"),
    tier: named("General"),
    currency,
    current_price: amount,
    currentPrice: amount.meta({ description: "The same as current_price" }),
    recommended_price: amount,
    recommendedPrice: amount.meta({ description: "The same as recommended_price" }),
    action: z.enum(["raise", "lower", "keep"]),
    confidence: share.meta({
      description:
        "The probability, by the present estimate of demand, that the recommended price kept until the end earns no less than " +
        "the present one; where the price is to be kept, that no single step would earn a hundredth more",
      examples: [0.85],
    }),
    reason: named("High demand, low availability: price increase recommended"),
    reasoning: z.array(z.string()).meta({ description: "All reasons, the weightiest first" }),
    expected_revenue_increase: share.nullable(),
    expected_revenue_interval: interval.nullable(),
    expected_demand_change: share.nullable(),
    held_back_by: z
      .array(z.enum(["floor", "ceiling", "step", "coolDown", "doubt"]))
      .meta({ description: "What keeps the recommendation from the ideal price" }),
    applicable_from: time.nullable().meta({ description: "While the cool-down lasts", examples: [null] }),
    ideal_price: amount.meta({ description: "What the policy would ask without guard rails" }),
    elasticity: z.strictObject({ mean: share, low: share, high: share }),
    factors,
    rule_version: ruleVersion,
  })
  .meta({ id: "PriceRecommendation" });

const inputs = z
  .strictObject({
    demand: share,
    availability: share,
    time_to_event: share,
    elasticity: share,
    ideal_price: amount,
    confidence: share,
    expected_revenue_change: share.nullable(),
    expected_demand_change: share.nullable(),
  })
  .meta({ id: "PriceInputs", description: "What the rule knew when the price was set" });

const priceChange = z
  .strictObject({
    tier: named("General"),
    price: amount,
    previous_price: amount.nullable(),
    price_version: version,
    valid_from: time,
    ledger_seq: count,
    set_by: setBy,
    user_id: uuid.nullable(),
    rule_version: ruleVersion.nullable(),
    reason: named("Special promotion").nullable(),
    inputs: inputs.nullable(),
  })
  .meta({ id: "PriceChange" });

export const priceReceipt = z
  .strictObject({
    tier: named("General"),
    price_shown: amount.meta({
      description: "What everybody was asked for a ticket of the tier, before any promo code",
    }),
    currency,
    price_version: version,
    valid_from: time,
    ledger_seq: count.meta({ description: "The entry of the event's ledger that set the price" }),
    set_by: setBy,
    rule_version: ruleVersion.nullable(),
    inputs: inputs.nullable(),
  })
  .meta({ id: "PriceReceipt" });

const rails = z.strictObject({
  tier: named("General"),
  floor_price: amount.nullable(),
  ceiling_price: amount.nullable(),
  max_step_percent: z.number().meta({ examples: [20] }),
  cool_down_minutes: z.number().meta({ examples: [1440] }),
});

const settingFields = {
  floor_price: amount.nullable(),
  ceiling_price: amount.nullable(),
  max_step_percent: z
    .number()
    .nullable()
    .meta({ examples: [20] }),
  cool_down_minutes: z
    .number()
    .nullable()
    .meta({ examples: [1440] }),
  autopilot: z.boolean(),
  guard_rails: z.array(rails).meta({ description: "What the settings and the usual guard rails come to" }),
  rule_version: ruleVersion,
};

export const pricingSettings = z
  .strictObject({
    event_id: uuid,
    ...settingFields,
    autopilot_ran_at: time.nullable(),
    autopilot_due_at: time.nullable(),
    autopilot_result: named("no change advised").nullable(),
  })
  .meta({ id: "PricingSettings" });

export const eventPrices = z
  .strictObject({
    event_id: uuid,
    currency,
    base_price: amount.nullable().meta({ description: "The first price of the cheapest tier" }),
    current_price: amount.nullable(),
    currentPrice: amount.nullable().meta({ description: "The same as current_price" }),
    dynamic_multiplier: z
      .number()
      .nullable()
      .meta({ description: "current_price / base_price", examples: [1.2] }),
    tiers: z.array(
      z.strictObject({
        tier: named("General"),
        base_price: amount,
        current_price: amount,
        dynamic_multiplier: z.number().nullable(),
      }),
    ),
    price_history: z.array(
      z.strictObject({
        date: named("2030-05-01"),
        at: time,
        tier: named("General"),
        price: amount,
        price_version: version,
      }),
    ),
    factors: factors
      .nullable()
      .optional()
      .meta({ description: "For the event's organizer and admins, as all below" }),
    recommendations: z.array(recommendation).optional(),
    price_changes: z.array(priceChange).optional(),
    settings: z.strictObject(settingFields).optional(),
  })
  .meta({ id: "EventPrices" });

export const appliedBeside = {
  old_price: amount.nullable(),
  new_price: amount.nullable(),
  expected_impact: expectedImpact.nullable(),
};

export const appliedPrice = z
  .strictObject({
    event_id: uuid,
    currency,
    applied: z.boolean().meta({ description: "False where the recommendation is to keep the price" }),
    ...appliedBeside,
    tiers: z
      .array(
        z.strictObject({
          tier: named("General"),
          old_price: amount,
          new_price: amount,
          expected_impact: expectedImpact,
        }),
      )
      .optional(),
    source: setBy.optional(),
    rule_version: ruleVersion.nullable().optional(),
    reason: named("Special promotion").nullable().optional(),
    reasoning: z.array(z.string()).optional(),
  })
  .meta({ id: "AppliedPrice" });
