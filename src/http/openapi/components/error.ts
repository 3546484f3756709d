import { z } from "zod";
import { LIMIT_NAMES } from "../../../ops/rate-limits.ts";
import { STATUS_OF } from "../../errors.ts";
import { amount, bookingReference, count, named, time, uuid } from "./scalars.ts";

const CODES = Object.keys(STATUS_OF) as [string, ...string[]];

/** What a program can act on; which of it stands there depends on the code. */
const facts = {
  available_seats: count,
  requested_quantity: count,
  total_amount: amount,
  refund_amount: amount,
  limit: count,
  rate_limit: z.enum(LIMIT_NAMES).meta({ description: "Which limit is used up, where that is all" }),
  owned: count,
  version: count,
  sold: count,
  capacity: count,
  total_capacity: count,
  venue_capacity: count,
  promo_code: named("EARLY10"),
  payment_id: uuid,
  booking_id: uuid,
  booking_reference: bookingReference,
  status: named("pending"),
  refund_status: named("processing").nullable(),
  expires_at: time.nullable(),
  checked_in_at: time,
  checked_in_by: uuid,
  reason: named("booking_cancelled").meta({
    description: "Why a ticket was not let in, or cannot be given back",
  }),
  ticket_number: named("EVT20300501123456-1"),
  unavailable_seat_ids: z.array(uuid),
  price_tiers: z.array(z.strictObject({ tier: named("General"), available: count, price: amount })),
  reasoning: z.array(z.string()).meta({ description: "Why a recommended price is as it is" }),
  held_back_by: z.array(z.string()).meta({ description: "The guard rails that keep it from being applied" }),
  applicable_from: time.nullable(),
};

const common = {
  code: z.enum(CODES).meta({ examples: ["VALIDATION_ERROR"] }),
  details: z
    .record(z.string(), z.string())
    .meta({ description: "What is wrong, by field", examples: [{ quantity: "must be at least 1" }] }),
  timestamp: time,
  request_id: z.string().meta({ description: "The same as X-Request-Id", examples: ["b1c9d6e0"] }),
};

const optional = z.object(facts).partial().shape;

/** Every reply other than success. */
export const error = z
  .strictObject({
    success: z.literal(false),
    error: named("quantity must be at least 1").meta({ description: "What a person reads" }),
    message: named("quantity must be at least 1").meta({ description: "The same as error" }),
    ...common,
    ...optional,
  })
  .meta({ id: "Error", description: "Every reply other than success" });

/** The same for whoever accepts application/problem+json (RFC 9457). */
export const problem = z
  .strictObject({
    type: z.literal("about:blank"),
    title: named("Bad Request").meta({ description: "The status in words" }),
    status: z.int(),
    detail: named("quantity must be at least 1"),
    instance: named("urn:request:b1c9d6e0"),
    ...common,
    ...z
      .object({ ...facts, status: z.union([z.int(), z.string()]) })
      .omit({ status: true })
      .partial().shape,
  })
  .meta({ id: "Problem", description: "An error as RFC 9457 has it" });
