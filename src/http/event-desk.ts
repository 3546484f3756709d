import type { z } from "zod";
import type { EventChanges, EventDraft, TierDraft } from "../domain/command.ts";
import type { CommandId, EventId } from "../domain/ids.ts";
import { toMinor } from "../domain/money.ts";
import { ApiError } from "./errors.ts";
import type { IdempotencyKey } from "./idempotency.ts";
import type { createEventBody, updateEventBody } from "./schemas/events.ts";

/** Creates events: a new event has no actor yet that could be asked. */
export interface EventFoundry {
  create(event: {
    readonly commandId: CommandId;
    readonly draft: Omit<EventDraft, "number">;
    readonly key: IdempotencyKey | null;
  }): Promise<
    | { readonly type: "created" }
    | { readonly type: "replayed"; readonly eventId: EventId }
    | { readonly type: "keyReused" }
    | { readonly type: "tooLate" }
  >;
}

const TICKETS_PER_BOOKING_DEFAULT = 10;

/** The draft that a create request describes. @throws ApiError where its parts contradict each other. */
export function draftOf(
  body: z.output<typeof createEventBody>,
  more: Pick<EventDraft, "eventId" | "createdBy"> & { readonly defaultCurrency: string },
): Omit<EventDraft, "number"> {
  const currency = body.currency ?? more.defaultCurrency;
  checkTimes(body);
  return {
    eventId: more.eventId,
    name: body.name,
    description: body.description ?? null,
    venue: body.venue,
    category: body.category ?? null,
    startsAt: body.event_date,
    endsAt: body.end_time ?? null,
    saleStartsAt: body.sale_starts_at ?? null,
    saleEndsAt: body.sale_ends_at ?? null,
    currency,
    ticketsPerBookingMax: body.max_tickets_per_booking ?? TICKETS_PER_BOOKING_DEFAULT,
    ticketsPerUserMax: body.max_tickets_per_user ?? null,
    tiers: tiersOf(body, currency),
    createdBy: more.createdBy,
  };
}

function checkTimes(body: z.output<typeof createEventBody>): void {
  if (body.end_time != null && body.end_time <= body.event_date)
    throw wrong("end_time", "must be after event_date");
  const { sale_starts_at: from, sale_ends_at: until } = body;
  if (from != null && until != null && until <= from)
    throw wrong("sale_ends_at", "must be after sale_starts_at");
}

function tiersOf(body: z.output<typeof createEventBody>, currency: string): TierDraft[] {
  if (body.price_tiers === undefined) {
    if (body.price === undefined) throw wrong("price", "is required, or price_tiers");
    if (body.total_capacity === undefined) throw wrong("total_capacity", "is required, or price_tiers");
    return [
      { name: "General", priceMinor: minor("price", body.price, currency), capacity: body.total_capacity },
    ];
  }
  if (body.price !== undefined && body.price !== Math.min(...body.price_tiers.map(({ price }) => price))) {
    throw wrong("price", "differs from the cheapest of price_tiers; leave it out");
  }
  const capacity = body.price_tiers.reduce((sum, tier) => sum + tier.capacity, 0);
  if (body.total_capacity !== undefined && body.total_capacity !== capacity) {
    throw wrong("total_capacity", `differs from the sum of price_tiers, ${capacity}; leave it out`);
  }
  checkNames(body.price_tiers);
  return body.price_tiers.map(({ tier, price, capacity }) => ({
    name: tier,
    priceMinor: minor("price_tiers", price, currency),
    capacity,
  }));
}

/** The changes that an update request asks for. */
export function changesOf(body: z.output<typeof updateEventBody>, currency: string): EventChanges {
  if (body.price_tiers !== undefined) checkNames(body.price_tiers);
  const { name, venue, description, category } = body;
  return defined({
    name,
    venue,
    description,
    category,
    startsAt: body.event_date,
    endsAt: body.end_time,
    saleStartsAt: body.sale_starts_at,
    saleEndsAt: body.sale_ends_at,
    ticketsPerBookingMax: body.max_tickets_per_booking,
    ticketsPerUserMax: body.max_tickets_per_user,
    capacity: body.total_capacity,
    priceMinor: body.price === undefined ? undefined : minor("price", body.price, currency),
    tiers: body.price_tiers?.map(({ tier, price, capacity }) =>
      defined({
        name: tier,
        priceMinor: price === undefined ? undefined : minor("price_tiers", price, currency),
        capacity,
      }),
    ),
  });
}

function checkNames(tiers: readonly { readonly tier: string }[]): void {
  const names = tiers.map(({ tier }) => tier);
  if (new Set(names).size < names.length) throw wrong("price_tiers", "names a tier twice");
}

function minor(field: string, amount: number, currency: string): number {
  const value = toMinor(amount, currency);
  if (value === null) throw wrong(field, `has more decimals than ${currency} has`);
  return value;
}

type Defined<T> = { [K in keyof T]: Exclude<T[K], undefined> };

function defined<T extends object>(fields: T): Defined<T> {
  return Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== undefined)) as Defined<T>;
}

function wrong(field: string, what: string): ApiError {
  return new ApiError("VALIDATION_ERROR", `${field} ${what}`, { details: { [field]: what } });
}
