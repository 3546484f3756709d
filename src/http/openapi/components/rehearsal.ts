import { z } from "zod";
import { amount, count, currency, named, time, uuid } from "./scalars.ts";

const came = z.strictObject({ requests: count, tickets: count });
const counts = z.array(z.number());
const holds = {
  made: count,
  paid: count,
  expired: count,
  cancelled: count.meta({ description: "Given up by their buyers" }),
};

const tier = z.strictObject({
  tier: named("General"),
  capacity: count,
  sold: count,
  held: count,
  free: count,
  first_full_at: time.nullable(),
  sold_out_at: time.nullable().meta({ description: "Since when nothing was left; null: something is" }),
  revenue: amount,
  first_price: amount,
  last_price: amount,
});

const series = z
  .strictObject({
    from: time,
    step_ms: z.number(),
    share: z.number().meta({ description: "The part of the requests that lies within, 0 to 1" }),
    line: counts.nullable().meta({ description: "People in line, the most in each step" }),
    refused: z.record(z.string(), counts).meta({ description: "Requests refused in each step, by reason" }),
    granted: counts,
    free: counts.meta({ description: "Tickets left at the end of each step" }),
    waiting: counts.meta({ description: "People in the waitlist at the end of each step" }),
    revenue: counts.meta({ description: "Since the beginning, refunds taken off" }),
  })
  .meta({ description: "Over time, in equal steps" });

const rule = z.strictObject({
  pricing: z.enum(["as_it_was", "fixed", "recommended"]),
  starts_at: time,
  ends_at: time,
  requests: came,
  granted: z.record(z.string(), came),
  refused: z.array(z.strictObject({ reason: named("SoldOut"), requests: count, tickets: count })),
  priced_out: came.meta({ description: "People who saw the price and did not ask" }),
  holds: z.strictObject({ ...holds, open: count }),
  offers: z.strictObject(holds),
  waitlist: z.strictObject({ joined: count, left: count, waiting: count, longest: count }),
  revenue: z.strictObject({ gross: amount, refunded: amount, net: amount }),
  first_full_at: time.nullable(),
  sold_out_at: time.nullable(),
  tiers: z.array(tier),
  line: z
    .strictObject({
      longest: count,
      longest_at: time,
      waited_ms: z.strictObject({ p50: z.number(), p95: z.number(), max: z.number() }),
    })
    .nullable()
    .meta({ description: "Null where nobody knows how fast decisions are made" }),
  price_changes: z.array(z.strictObject({ at: time, tier: named("General"), price: amount })),
  conflicts: z
    .array(z.strictObject({ at: time, command: named("ChangeEvent"), reason: named("CapacityBelowSold") }))
    .meta({ description: "What the organizer did in the record and could not do here" }),
  series,
});

const result = z.strictObject({
  currency,
  ledger_seq: count.meta({ description: "The ledger entry up to which the event was read" }),
  demand: z.strictObject({
    source: z.enum(["recorded", "file"]),
    times: z.number(),
    seed: count,
    people: count,
    requests: count,
    latent: count.meta({ description: "People who are assumed: they would come at a lower price" }),
  }),
  decided_per_second: z.number().nullable(),
  rate_source: named("measured here"),
  elasticity: z.number().nullable(),
  rules: z.array(rule),
  check: z
    .strictObject({ agrees: z.boolean(), differences: z.array(z.string()) })
    .nullable()
    .meta({ description: "Whether a mere repetition came to what is recorded; null: it was none" }),
  assumptions: z.array(z.string()).meta({ description: "What the figures rest on" }),
});

export const rehearsal = z
  .strictObject({
    id: uuid,
    rehearsal_id: uuid,
    event_id: uuid,
    status: z.enum(["running", "done", "failed"]),
    progress: z
      .number()
      .min(0)
      .max(1)
      .meta({ examples: [0.4] }),
    asked: z
      .looseObject({})
      .meta({ description: "What was asked for; of a demand sent along, its number of `rows`" }),
    asked_by: uuid,
    asked_at: time,
    ended_at: time.nullable(),
    failure: z.string().nullable().meta({ description: "Why it failed" }),
    result: result.nullable().meta({ description: "Null before it is done, and in lists" }),
  })
  .meta({ id: "Rehearsal" });
