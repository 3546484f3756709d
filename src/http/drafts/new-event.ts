import type { z } from "zod";
import type { EventDraft } from "../../domain/event-draft.ts";
import type { createEventBody } from "../schemas/events.ts";
import { malformed } from "../validate.ts";
import { type EventDefaults, rulesOf } from "./rules.ts";
import { planOf, sectionsOf } from "./seating.ts";
import { mixedTiers, openTiers } from "./tiers.ts";

type Body = z.output<typeof createEventBody>;

/**
 * The draft that a create request describes, but for its place.
 * @param more.layout the layout of the venue it names, where it takes its seats from there
 * @throws ApiError where its parts contradict each other.
 */
export function draftOf(
  body: Body,
  more: Pick<EventDraft, "eventId" | "createdBy"> & {
    readonly defaults: EventDefaults;
    readonly layout: Readonly<Record<string, unknown>> | null;
  },
): Omit<EventDraft, "number" | "venue" | "venueId"> {
  const { defaults, eventId, createdBy } = more;
  const currency = body.currency ?? defaults.currency;
  checkTimes(body);
  const stock = stockOf(body, currency, more.layout);
  const sellsSeats = stock.tiers.some(({ isSeated, priceMinor }) => isSeated === true && priceMinor > 0);
  return {
    eventId,
    name: body.name,
    description: body.description ?? null,
    category: body.category ?? null,
    startsAt: body.event_date,
    endsAt: body.end_time ?? null,
    saleStartsAt: body.sale_starts_at ?? null,
    saleEndsAt: body.sale_ends_at ?? null,
    currency,
    ...rulesOf(body, defaults, sellsSeats),
    ...stock,
    createdBy,
  };
}

function stockOf(
  body: Body,
  currency: string,
  layout: Readonly<Record<string, unknown>> | null,
): Pick<EventDraft, "tiers" | "seating"> {
  if (body.seat_configuration === undefined) return { tiers: openTiers(body, currency), seating: null };
  const plan = planOf(sectionsOf(body.seat_configuration, layout));
  return { tiers: mixedTiers(body, plan, currency), seating: plan.draft };
}

function checkTimes(body: Body): void {
  if (body.end_time != null && body.end_time <= body.event_date)
    throw malformed("end_time", "must be after event_date");
  const { sale_starts_at: from, sale_ends_at: until } = body;
  if (from != null && until != null && until <= from)
    throw malformed("sale_ends_at", "must be after sale_starts_at");
}
