import type { BookingCurve } from "../../forecast/pick-up.ts";
import type { Queryable } from "../database.ts";

/** Refused because there was nothing left, or not enough. */
const FOR_WANT_OF_STOCK = ["SoldOut", "SeatsExceedAvailable"];

/**
 * How events sold by day: tickets that stand, and tickets asked for that there was no stock for (refused or put in line). Who
 * tries again is counted again, so of a day no more than the capacity counts as asked for in vain.
 * @param before days from here on are left out; null: none are
 */
export async function bookingCurves(
  db: Queryable,
  eventIds: readonly string[],
  before: string | null,
): Promise<ReadonlyMap<string, BookingCurve>> {
  if (eventIds.length === 0) return new Map();
  const { rows } = await db.query<{
    eventId: string;
    capacity: number;
    daysBefore: number[];
    tickets: number[];
  }>({
    name: "forecast-curves",
    text: `select a.event_id as "eventId", a.capacity,
             coalesce(array_agg((e.starts_at at time zone 'utc')::date - d.day order by d.day) filter (where d.day is not null), '{}')
               as "daysBefore",
             coalesce(array_agg((d.sold + least(d.in_vain, a.capacity))::integer order by d.day) filter (where d.day is not null), '{}')
               as tickets
        from analytics_event a join event e using (event_id)
        left join lateral (
          select day, sum(sold) as sold, greatest(0, sum(in_vain)) as in_vain from (
            select day, tickets - cancelled_tickets as sold, waitlisted_tickets - converted_tickets as in_vain
              from analytics_event_day where event_id = a.event_id
            union all
            select day, 0, tickets from analytics_tally
             where event_id = a.event_id and what in ('refused', 'turned_away') and reason = any($3)
          ) both_counts
          where $2::date is null or day < $2::date group by day
        ) d on true
       where a.event_id = any($1::uuid[]) group by a.event_id, a.capacity`,
    values: [eventIds, before, FOR_WANT_OF_STOCK],
  });
  return new Map(
    rows.map(({ eventId, capacity, daysBefore, tickets }) => [
      eventId,
      { capacity, days: daysBefore.map((days, at) => ({ daysBefore: days, tickets: tickets[at]! })) },
    ]),
  );
}
