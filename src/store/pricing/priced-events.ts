import type { EventView } from "../../domain/views.ts";
import type { PricedEvent, TierDay } from "../../pricing/advice.ts";
import { ms } from "../columns.ts";
import type { Queryable } from "../database.ts";
import { eventsWithLayout } from "../queries/events.ts";
import { readPriceHistories } from "./price-history.ts";
import { readPricingSettings } from "./settings.ts";

/** Figures that are older than this against what was decided are not gone by. */
const BEHIND_MS_MAX = 900_000;

/** Events with all that advice about their prices is made of, in the order asked for; those there are not are left out. */
export async function readPricedEvents(db: Queryable, eventIds: readonly string[]): Promise<PricedEvent[]> {
  const [events, histories, days, settings, behind] = await Promise.all([
    eventsWithLayout(db, eventIds),
    readPriceHistories(db, eventIds),
    readDays(db, eventIds),
    readPricingSettings(db, eventIds),
    readBehind(db, eventIds),
  ]);
  const byId = new Map<string, EventView>(events.map((event) => [event.eventId, event]));
  return eventIds.flatMap((id) => {
    const event = byId.get(id);
    if (event === undefined) return [];
    return [
      {
        event,
        history: histories.get(id) ?? [],
        days: days.get(id) ?? [],
        settings: settings.get(id) ?? null,
        isBehind: behind.has(id),
      },
    ];
  });
}

async function readDays(db: Queryable, eventIds: readonly string[]): Promise<Map<string, TierDay[]>> {
  const { rows } = await db.query<TierDay & { readonly eventId: string }>({
    name: "pricing-days",
    text: `select event_id as "eventId", tier, ${ms("day::timestamp at time zone 'UTC'")} as day, tickets, bookings
             from analytics_tier_day where event_id = any($1::uuid[]) order by event_id, day`,
    values: [eventIds],
  });
  return Map.groupBy(rows, ({ eventId }) => eventId);
}

/** Events whose sales are not added up as far as they were decided. */
async function readBehind(db: Queryable, eventIds: readonly string[]): Promise<Set<string>> {
  const { rows } = await db.query<{ eventId: string }>({
    name: "pricing-behind",
    text: `select a.event_id as "eventId" from actor a left join analytics_event e using (event_id)
            where a.event_id = any($1::uuid[]) and a.bookings_decided > 0 and coalesce(e.seq, 0) < a.ledger_seq
              and coalesce(e.decided_at, 'epoch') < a.turned_at - make_interval(secs => $2 / 1000.0)`,
    values: [eventIds, BEHIND_MS_MAX],
  });
  return new Set(rows.map(({ eventId }) => eventId));
}

/** A page of events that are on sale, the next to begin first, of one organiser or of all (null), and how many in all. */
export async function eventsOnSale(
  db: Queryable,
  {
    ownerId,
    limit,
    offset,
  }: { readonly ownerId: string | null; readonly limit: number; readonly offset: number },
): Promise<{ readonly eventIds: readonly string[]; readonly total: number }> {
  const onSale = `from event e where e.status = 'active' and e.sale_status = 'open' and e.starts_at > now()
    and ($1::uuid is null or e.created_by = $1)`;
  const [page, count] = await Promise.all([
    db.query<{ id: string }>({
      name: "pricing-on-sale",
      text: `select e.event_id as id ${onSale} order by e.starts_at, e.event_id limit $2 offset $3`,
      values: [ownerId, limit, offset],
    }),
    db.query<{ total: number }>({
      name: "pricing-on-sale-count",
      text: `select count(*) as total ${onSale}`,
      values: [ownerId],
    }),
  ]);
  return { eventIds: page.rows.map(({ id }) => id), total: count.rows[0]?.total ?? 0 };
}
