import { z } from "zod";
import { text } from "./text.ts";

export const CAPACITY_MAX = 10_000_000;
export const TIERS_MAX = 50;
/** Where no section is said to share its tier with others, each is a tier of its own. */
export const SEATED_TIERS_MAX = 200;
const PRICE_MAX = 10_000_000;

/** An amount as clients write it: decimals of a currency. */
export const price = z.number().min(0).max(PRICE_MAX);
export const capacity = z.int().min(1).max(CAPACITY_MAX);
export const tierName = text(60);

/** Tiers of a new event. Of a seated one the seat configuration says the capacity. */
export const newTiers = z
  .array(
    z.strictObject({
      tier: tierName,
      price,
      capacity: capacity.optional(),
      restricted: z.boolean().optional(),
    }),
  )
  .min(1)
  .max(TIERS_MAX);

/** Changes of tiers, by name. */
export const changedTiers = z
  .array(
    z.strictObject({
      tier: tierName,
      price: price.optional(),
      capacity: capacity.optional(),
      restricted: z.boolean().optional(),
    }),
  )
  .min(1)
  .max(TIERS_MAX);
