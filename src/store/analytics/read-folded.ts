import type pg from "pg";
import { type EventStanding, FoldedEvent, type LiveBooking, unfolded } from "../../analytics/folded-event.ts";
import { columnsOf, ms } from "../columns.ts";
import type { Queryable } from "../database.ts";

interface Named {
  readonly eventId: string;
  readonly bookingIds: ReadonlySet<string>;
  readonly refundIds: ReadonlySet<string>;
}

type Row<T> = T & pg.QueryResultRow;
type Mutable<T> = { -readonly [Key in keyof T]: T[Key] };

/** Events as far as they were added up, with what was added up of the bookings and refunds that are named. */
export async function readFolded(tx: Queryable, named: readonly Named[]): Promise<readonly FoldedEvent[]> {
  if (named.length === 0) return [];
  const [standings, bookings, refunds] = await Promise.all([
    readStandings(
      tx,
      named.map(({ eventId }) => eventId),
    ),
    readBookings(tx, named),
    readRefunds(tx, named),
  ]);
  const byId = new Map(standings.map((standing) => [standing.eventId, standing]));
  return named.map(({ eventId }) => {
    const known = {
      bookings: new Map(bookings.get(eventId)?.map(({ id, booking }) => [id, booking])),
      refunds: new Map(refunds.get(eventId)?.map(({ id, amountMinor }) => [id, amountMinor])),
    };
    return new FoldedEvent(byId.get(eventId) ?? unfolded(eventId), known);
  });
}

export async function readStandings(tx: Queryable, eventIds: readonly string[]): Promise<EventStanding[]> {
  const { rows } = await tx.query<Row<Mutable<EventStanding>>>({
    name: "analytics-standings",
    text: `select e.event_id as "eventId", e.seq, ${ms("e.decided_at")} as "decidedAt", e.owner_id as "ownerId", e.currency,
                  e.category, e.status, e.waiting, ${ms("e.hour_at")} as "hourAt", e.hours, ${ms("e.peak_at")} as "peakAt",
                  e.peak_bookings as "peakBookings",
                  coalesce((select json_agg(json_build_object('name', t.name, 'priceMinor', t.price_minor, 'capacity', t.capacity)
                                     order by t.tier)
                              from analytics_tier t where t.event_id = e.event_id), '[]') as tiers
             from analytics_event e where e.event_id = any($1::uuid[])`,
    values: [eventIds],
  });
  return rows;
}

interface Known {
  readonly eventId: string;
  readonly id: string;
}

async function readBookings(
  tx: Queryable,
  named: readonly Named[],
): Promise<Map<string, (Known & { readonly booking: LiveBooking })[]>> {
  const asked = named.flatMap(({ eventId, bookingIds }) => [...bookingIds].map((id) => ({ eventId, id })));
  if (asked.length === 0) return new Map();
  const { rows } = await tx.query<Row<LiveBooking & Known>>({
    name: "analytics-bookings",
    text: `select b.event_id as "eventId", b.booking_id as id, b.user_id as "userId", b.tier, b.quantity,
                  b.unit_price_minor as "unitPriceMinor", b.is_held as "isHeld", b.is_offer as "isOffer"
             from unnest($1::uuid[], $2::uuid[]) as u (event_id, id)
             join analytics_booking b on b.event_id = u.event_id and b.booking_id = u.id`,
    values: idsOf(asked),
  });
  const known = rows.map(({ eventId, id, ...booking }) => ({ eventId, id, booking }));
  return Map.groupBy(known, ({ eventId }) => eventId);
}

async function readRefunds(
  tx: Queryable,
  named: readonly Named[],
): Promise<Map<string, (Known & { readonly amountMinor: number })[]>> {
  const asked = named.flatMap(({ eventId, refundIds }) => [...refundIds].map((id) => ({ eventId, id })));
  if (asked.length === 0) return new Map();
  const { rows } = await tx.query<Row<Known & { amountMinor: number }>>({
    name: "analytics-refunds",
    text: `select r.event_id as "eventId", r.refund_id as id, r.amount_minor as "amountMinor"
             from unnest($1::uuid[], $2::uuid[]) as u (event_id, id)
             join analytics_refund r on r.event_id = u.event_id and r.refund_id = u.id`,
    values: idsOf(asked),
  });
  return Map.groupBy(rows, ({ eventId }) => eventId);
}

function idsOf(asked: readonly { readonly eventId: string; readonly id: string }[]): string[] {
  return columnsOf(
    asked,
    ({ eventId }) => eventId,
    ({ id }) => id,
  );
}
