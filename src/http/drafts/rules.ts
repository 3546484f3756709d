import type { z } from "zod";
import type { SaleRules } from "../../domain/event-draft.ts";
import type { saleRuleFields } from "../schemas/sale.ts";
import { defined } from "./fields.ts";

/** What an event is that does not say. */
export interface EventDefaults {
  /** ISO 4217. */
  readonly currency: string;
  readonly holdTtlMs: number;
  readonly offerTtlMs: number;
}

type StatedRules = { readonly [F in keyof typeof saleRuleFields]?: z.output<(typeof saleRuleFields)[F]> };

const TICKETS_PER_BOOKING_DEFAULT = 10;
const HOLDS_PER_USER_DEFAULT = 4;
const SECOND_MS = 1_000;

/** The rules that a request states; what it leaves out is not in it. */
export function statedRules(body: StatedRules): Partial<SaleRules> {
  return defined({
    ticketsPerBookingMax: body.max_tickets_per_booking,
    ticketsPerUserMax: body.max_tickets_per_user,
    requiresPayment: body.requires_payment,
    holdTtlMs: milliseconds(body.hold_ttl_seconds),
    offerTtlMs: milliseconds(body.offer_ttl_seconds),
    holdsPerUserMax: body.max_holds_per_user,
    refundPolicy: refundPolicyOf(body.refund_policy),
  });
}

/** The rules of a new event. @param sellsSeats it has seats with a price: they are held until they are paid */
export function rulesOf(
  body: StatedRules,
  { holdTtlMs, offerTtlMs }: EventDefaults,
  sellsSeats: boolean,
): SaleRules {
  return {
    ticketsPerBookingMax: TICKETS_PER_BOOKING_DEFAULT,
    ticketsPerUserMax: null,
    requiresPayment: sellsSeats,
    holdTtlMs,
    offerTtlMs,
    holdsPerUserMax: HOLDS_PER_USER_DEFAULT,
    refundPolicy: { type: "full" },
    ...statedRules(body),
  };
}

function milliseconds(seconds: number | undefined): number | undefined {
  return seconds === undefined ? undefined : seconds * SECOND_MS;
}

function refundPolicyOf(given: StatedRules["refund_policy"]): SaleRules["refundPolicy"] | undefined {
  if (given === undefined) return undefined;
  if (given.type !== "percentage") return { type: given.type };
  const steps = (given.steps ?? []).map(({ hours_before, percent }) => ({
    hoursBefore: hours_before,
    percent,
  }));
  return { type: "percentage", steps };
}
