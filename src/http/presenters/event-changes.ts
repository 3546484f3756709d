import type { EventChanges, EventDraft, SaleRules } from "../../domain/event-draft.ts";
import { fromMinor } from "../../domain/money.ts";
import { presentRefundPolicy } from "./event.ts";
import { iso } from "./time.ts";

type Fields = Record<string, unknown>;

/** An event as it was created. */
export function presentDraft(draft: Omit<EventDraft, "number">): Fields {
  const { name, description, venue, venueId, category, currency } = draft;
  return {
    name,
    description,
    venue,
    venue_id: venueId,
    category,
    ...presentTimes(draft),
    currency,
    price_tiers: draft.tiers.map((tier) => ({
      tier: tier.name,
      price: fromMinor(tier.priceMinor, currency),
      capacity: tier.capacity,
      seated: tier.isSeated === true,
      restricted: tier.isRestricted === true,
    })),
    seated: draft.seating != null,
    ...presentSaleRules(draft),
    created_by: draft.createdBy,
  };
}

/** What of an event was changed, and nothing else. */
export function presentChanges(changes: EventChanges, currency: string): Fields {
  const { name, description, venue, venueId, category, priceMinor, capacity, tiers } = changes;
  const price = (minor: number | undefined) => (minor === undefined ? undefined : fromMinor(minor, currency));
  return told({
    name,
    description,
    venue,
    venue_id: venueId,
    category,
    ...presentTimes(changes),
    price: price(priceMinor),
    total_capacity: capacity,
    price_tiers: tiers?.map((tier) =>
      told({
        tier: tier.name,
        price: price(tier.priceMinor),
        capacity: tier.capacity,
        restricted: tier.isRestricted,
      }),
    ),
    ...presentSaleRules(changes),
  });
}

function presentTimes(
  times: Pick<EventChanges, "startsAt" | "endsAt" | "saleStartsAt" | "saleEndsAt">,
): Fields {
  const { startsAt, endsAt, saleStartsAt, saleEndsAt } = times;
  const time = (at: number | null | undefined) => (at === undefined ? undefined : iso(at));
  const start_time = time(startsAt);
  return told({
    event_date: start_time,
    start_time,
    end_time: time(endsAt),
    sale_starts_at: time(saleStartsAt),
    sale_ends_at: time(saleEndsAt),
  });
}

function presentSaleRules(rules: Partial<SaleRules>): Fields {
  const { holdTtlMs, offerTtlMs, refundPolicy } = rules;
  const seconds = (ms: number | undefined) => (ms === undefined ? undefined : ms / 1_000);
  return told({
    max_tickets_per_booking: rules.ticketsPerBookingMax,
    max_tickets_per_user: rules.ticketsPerUserMax,
    requires_payment: rules.requiresPayment,
    hold_ttl_seconds: seconds(holdTtlMs),
    offer_ttl_seconds: seconds(offerTtlMs),
    max_holds_per_user: rules.holdsPerUserMax,
    refund_policy: refundPolicy === undefined ? undefined : presentRefundPolicy(refundPolicy),
  });
}

function told(fields: Fields): Fields {
  return Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== undefined));
}
