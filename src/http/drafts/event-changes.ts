import type { z } from "zod";
import type { EventChanges } from "../../domain/event-draft.ts";
import type { updateEventBody } from "../schemas/events.ts";
import { defined, expectDistinct, minor } from "./fields.ts";
import { statedRules } from "./rules.ts";

/** The changes that an update request asks for, but for the event's place. */
export function changesOf(body: z.output<typeof updateEventBody>, currency: string): EventChanges {
  if (body.price_tiers !== undefined) expectDistinct(body.price_tiers);
  const { name, description, category } = body;
  return defined({
    name,
    description,
    category,
    startsAt: body.event_date,
    endsAt: body.end_time,
    saleStartsAt: body.sale_starts_at,
    saleEndsAt: body.sale_ends_at,
    ...statedRules(body),
    capacity: body.total_capacity,
    priceMinor: body.price === undefined ? undefined : minor("price", body.price, currency),
    tiers: body.price_tiers?.map(({ tier, price, capacity, restricted }) =>
      defined({
        name: tier,
        priceMinor: price === undefined ? undefined : minor("price_tiers", price, currency),
        capacity,
        isRestricted: restricted,
      }),
    ),
  });
}
