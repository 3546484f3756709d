import type { z } from "zod";
import { acceptedFields } from "./describe.ts";

/** `another name → the name the schema uses`, such as `full_name → name`. */
export type FieldNames = Readonly<Record<string, string>>;

/**
 * The one table of facts that have several names, because the documents this API was made of call them differently.
 * Ours comes first. Spelling a name in camelCase or in snake_case needs no line here: requests may do either.
 */
const SAME_FACT = {
  person: [["name", "full_name"]],
  event: [
    ["event_date", "start_time"],
    ["total_capacity", "capacity"],
  ],
  booking: [
    ["id", "booking_id"],
    ["booking_reference", "booking_code"],
    ["refund_amount", "refunded_amount"],
  ],
  wish: [["tier", "price_tier"]],
  join: [["tiers", "price_tiers"]],
  waitlist: [["id", "waitlist_id"]],
  promoCode: [
    ["code", "promo_code"],
    ["tiers", "price_tiers"],
  ],
  pricing: [],
  signIn: [["token", "access_token"]],
  notification: [
    ["message", "body"],
    ["message", "text"],
  ],
} as const satisfies Record<string, readonly (readonly [ours: string, theirs: string])[]>;

type Subject = keyof typeof SAME_FACT;

/** Fields that some document prints in camelCase; replies have them in both spellings. */
const PRINTED_IN_CAMEL_CASE = new Set([
  "first_name",
  "last_name",
  "is_active",
  "member_since",
  "total_bookings",
  "total_spent",
  "estimated_wait_time",
  "promotion_probability",
  "current_price",
  "recommended_price",
]);

/** All other names that the fields of a request's body may have. */
export function otherNamesOf(schema: z.ZodType, subject?: Subject): FieldNames {
  const fields = acceptedFields(schema, []);
  const same = subject === undefined ? [] : SAME_FACT[subject];
  const names = fields.flatMap((field) => {
    const others = same.flatMap(([ours, theirs]) => (ours === field ? [theirs] : []));
    return [field, ...others].flatMap((name) =>
      [name, camelCase(name), snakeCase(name)].map((one) => [one, field]),
    );
  });
  return Object.fromEntries(names.filter(([name]) => !fields.includes(name as string)));
}

/** What a reply tells, each fact under every name that clients know it by. */
export function underAllNames<T extends Readonly<Record<string, unknown>>>(
  subject: Subject,
  fields: T,
): Record<string, unknown> {
  const told: Record<string, unknown> = { ...fields };
  for (const [ours, theirs] of SAME_FACT[subject]) if (ours in told) told[theirs] = told[ours];
  for (const name of Object.keys(fields)) {
    if (PRINTED_IN_CAMEL_CASE.has(name)) told[camelCase(name)] = fields[name];
  }
  return told;
}

function camelCase(name: string): string {
  return name.replace(/_([a-z0-9])/g, (_, letter: string) => letter.toUpperCase());
}

function snakeCase(name: string): string {
  return name.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`);
}
