import type pg from "pg";
import { COMPARABLE_EVENTS_MAX, type EventTraits } from "../../forecast/comparable.ts";
import type { EventPrediction, PastEvent, UpcomingEvent } from "../../forecast/ports.ts";
import { columnsOf } from "../columns.ts";
import { bookingCurves } from "./curves.ts";

/** Events farther away have nothing to be compared at. */
const DAYS_BEFORE_MAX = 400;

type Row = EventTraits & { readonly eventId: string; readonly daysBefore: number };

const TRAITS = `a.event_id as "eventId", a.owner_id as "ownerId", a.category, a.capacity`;
const STARTS_ON = "(e.starts_at at time zone 'utc')::date";

/** Events to come without a forecast of `today`, as they stood when it began. */
export async function dueEvents(
  pool: pg.Pool,
  today: string,
  max: number,
): Promise<readonly UpcomingEvent[]> {
  const { rows } = await pool.query<Row>({
    name: "forecast-due-events",
    text: `select ${TRAITS}, ${STARTS_ON} - $1::date as "daysBefore"
        from event e join analytics_event a using (event_id)
       where e.status = 'active' and e.starts_at >= $1::date and e.starts_at < $1::date + ${DAYS_BEFORE_MAX}
         and not exists (select from forecast_event_made m where m.event_id = e.event_id and m.made_on = $1::date)
       order by e.starts_at, e.event_id limit $2`,
    values: [today, max],
  });
  return await withCurves(pool, today, rows);
}

/** One event as it stood when `today` began, whoever's; null where it is cancelled or unknown. */
export async function upcomingEvent(
  pool: pg.Pool,
  today: string,
  eventId: string,
): Promise<UpcomingEvent | null> {
  const { rows } = await pool.query<Row>({
    name: "forecast-event",
    text: `select ${TRAITS}, ${STARTS_ON} - $1::date as "daysBefore"
        from event e join analytics_event a using (event_id) where e.event_id = $2 and e.status = 'active'`,
    values: [today, eventId],
  });
  const [event] = await withCurves(pool, today, rows);
  return event ?? null;
}

async function withCurves(pool: pg.Pool, today: string, rows: readonly Row[]): Promise<UpcomingEvent[]> {
  const curves = await bookingCurves(
    pool,
    rows.map(({ eventId }) => eventId),
    today,
  );
  return rows.map((row) => ({ ...row, days: curves.get(row.eventId)?.days ?? [] }));
}

/** Events that are over and were not cancelled, newest first: of each organiser and each category that is asked about. */
export async function pastEvents(
  pool: pg.Pool,
  today: string,
  events: readonly EventTraits[],
): Promise<readonly PastEvent[]> {
  const { rows } = await pool.query<PastEvent>({
    name: "forecast-past-events",
    text: `with past as (
             select ${TRAITS}, e.starts_at from event e join analytics_event a using (event_id)
              where e.status <> 'cancelled' and e.starts_at < $1::date
                and (a.owner_id = any($2::uuid[]) or a.category = any($3::text[]))),
           ranked as (
             select *, row_number() over (partition by "ownerId", category order by starts_at desc) as of_owner,
                    row_number() over (partition by category order by starts_at desc) as of_category from past)
      select "eventId", "ownerId", category, capacity from ranked
       where of_owner <= $4 or of_category <= $4 order by starts_at desc, "eventId"`,
    values: [
      today,
      [...new Set(events.map(({ ownerId }) => ownerId))],
      [...new Set(events.map(({ category }) => category))].filter((category) => category !== ""),
      // Some of them are of another size.
      4 * COMPARABLE_EVENTS_MAX,
    ],
  });
  return rows;
}

/** Keeps forecasts of events; one that there is already stays. */
export async function saveEvents(
  pool: pg.Pool,
  today: string,
  made: readonly { readonly event: UpcomingEvent; readonly prediction: EventPrediction }[],
): Promise<void> {
  await pool.query({
    name: "forecast-save-events",
    text: `insert into forecast_event_made (event_id, made_on, days_before, comparable_events, likeness, pick_up, reason)
      select m.event_id, $1::date, m.days_before, m.comparable_events, m.likeness, m.pick_up, m.reason
        from unnest($2::uuid[], $3::integer[], $4::integer[], $5::text[], $6::jsonb[], $7::text[])
             as m (event_id, days_before, comparable_events, likeness, pick_up, reason)
      on conflict (event_id, made_on) do nothing`,
    values: [
      today,
      ...columnsOf(
        made,
        ({ event }) => event.eventId,
        ({ event }) => event.daysBefore,
        ({ prediction }) => prediction.comparableEvents,
        ({ prediction }) => prediction.likeness,
        ({ prediction }) => (prediction.pickUp === null ? null : JSON.stringify(prediction.pickUp)),
        ({ prediction }) => prediction.reason,
      ),
    ],
  });
}
