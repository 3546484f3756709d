import type pg from "pg";
import type { Compared } from "../../forecast/accuracy.ts";
import type { Range } from "../../forecast/intervals.ts";
import {
  type MeasuredDays,
  type MeasuredEvents,
  measureDays,
  measureEvents,
} from "../../forecast/measure.ts";
import type { PickUp } from "../../forecast/pick-up.ts";
import { EVERYBODY, type EventPrediction, type MadeForecast } from "../../forecast/ports.ts";
import { predictEvents } from "../../forecast/predict-events.ts";
import { ms } from "../columns.ts";
import { bookingCurves } from "./curves.ts";
import { pastEvents, upcomingEvent } from "./events.ts";

/** Forecasts of bookings made within so many days are measured. */
const MEASURED_DAYS = 90;
/** Events that took place within a year are measured, each by its forecast of a week before. */
const MEASURED_EVENTS_DAYS = 365;
const MEASURED_DAYS_BEFORE = 7;
const MEASURED_EVENTS_MAX = 500;

type Scope = string | null;

/** Forecasts for whoever asks. */
export function createForecastReads(pool: pg.Pool) {
  return {
    today: () => readToday(pool),
    latest: (scope: Scope) => readLatest(pool, scope),
    measured: (scope: Scope, today: string) => readMeasured(pool, scope, today),
    measuredEvents: (scope: Scope, today: string) => readMeasuredEvents(pool, scope, today),
    events: (scope: Scope, today: string, max: number) => readEvents(pool, { scope, today, max }),
    event: (scope: Scope, eventId: string, today: string) => readEvent(pool, { scope, eventId, today }),
  };
}

async function readToday(pool: pg.Pool): Promise<string> {
  const { rows } = await pool.query<{ today: string }>(
    "select (now() at time zone 'utc')::date::text as today",
  );
  return rows[0]!.today;
}

async function readLatest(pool: pg.Pool, scope: Scope): Promise<MadeForecast | null> {
  const { rows } = await pool.query<MadeForecast>({
    name: "forecast-latest",
    text: `select made_on::text as "madeOn", outlook, reason from forecast_made
            where scope_id = $1 order by made_on desc limit 1`,
    values: [scope ?? EVERYBODY],
  });
  return rows[0] ?? null;
}

async function readMeasured(pool: pg.Pool, scope: Scope, today: string): Promise<MeasuredDays> {
  const values = [scope ?? EVERYBODY, today, MEASURED_DAYS];
  const made = await pool.query<MadeForecast>({
    name: "forecast-measured",
    text: `select made_on::text as "madeOn", outlook, reason from forecast_made
            where scope_id = $1 and made_on >= $2::date - $3::integer and made_on < $2::date order by made_on`,
    values,
  });
  const counts = await pool.query<{ day: string; bookings: number }>({
    name: "forecast-came",
    text: `select day::text, sum(bookings)::integer as bookings from analytics_day
            where scope_id = $1 and day >= $2::date - $3::integer and day < $2::date group by day`,
    values,
  });
  return measureDays(made.rows, new Map(counts.rows.map(({ day, bookings }) => [day, bookings])), today);
}

async function readMeasuredEvents(pool: pg.Pool, scope: Scope, today: string): Promise<MeasuredEvents> {
  const { rows } = await pool.query<{ eventId: string; pickUp: PickUp }>({
    name: "forecast-measured-events",
    text: `select m.event_id as "eventId", m.pick_up as "pickUp"
        from forecast_event_made m join event e using (event_id) join analytics_event a using (event_id)
       where m.days_before = ${MEASURED_DAYS_BEFORE} and m.pick_up is not null and e.status <> 'cancelled'
         and e.starts_at < $2::date and e.starts_at >= $2::date - ${MEASURED_EVENTS_DAYS}
         and ($1::uuid is null or a.owner_id = $1) order by e.starts_at desc limit ${MEASURED_EVENTS_MAX}`,
    values: [scope, today],
  });
  const curves = await bookingCurves(
    pool,
    rows.map(({ eventId }) => eventId),
    null,
  );
  return measureEvents(
    rows.map(({ eventId, pickUp }) => comparedOf(pickUp.demandToCome, curves.get(eventId)?.days ?? [])),
  );
}

function comparedOf(
  range: Range,
  days: readonly { readonly daysBefore: number; readonly tickets: number }[],
): Compared {
  const came = days.filter(({ daysBefore }) => daysBefore <= MEASURED_DAYS_BEFORE);
  return {
    point: range.point,
    range,
    actual: Math.max(
      0,
      came.reduce((sum, { tickets }) => sum + tickets, 0),
    ),
  };
}

interface CardRow {
  readonly eventId: string;
  readonly name: string;
  readonly startsAt: number;
  readonly capacity: number;
  readonly sold: number;
}
type EventRow = CardRow & {
  readonly madeOn: string;
  readonly daysBefore: number;
  readonly pickUp: PickUp | null;
  readonly reason: string | null;
  readonly likeness: EventPrediction["likeness"];
  readonly comparableEvents: number;
};

const CARD = `a.event_id as "eventId", e.name, ${ms("e.starts_at")} as "startsAt", a.capacity,
  (a.tickets - a.cancelled_tickets)::integer as sold`;

async function readEvents(
  pool: pg.Pool,
  { scope, today, max }: { readonly scope: Scope; readonly today: string; readonly max: number },
) {
  const { rows } = await pool.query<EventRow>({
    name: "forecast-events",
    text: `select ${CARD}, m.made_on::text as "madeOn", m.days_before as "daysBefore", m.pick_up as "pickUp", m.reason,
             m.likeness, m.comparable_events as "comparableEvents"
        from event e join analytics_event a using (event_id)
        join lateral (select * from forecast_event_made where event_id = e.event_id order by made_on desc limit 1) m on true
       where e.status = 'active' and e.starts_at >= $3::date and ($1::uuid is null or a.owner_id = $1)
       order by e.starts_at, e.event_id limit $2`,
    values: [scope, max, today],
  });
  return rows.map(({ pickUp, reason, likeness, comparableEvents, ...event }) => ({
    ...event,
    prediction: { pickUp, reason, likeness, comparableEvents } as EventPrediction,
  }));
}

/** Forecast when it is asked for, from all days before today. */
async function readEvent(
  pool: pg.Pool,
  { scope, eventId, today }: { readonly scope: Scope; readonly eventId: string; readonly today: string },
) {
  const { rows } = await pool.query<CardRow>({
    name: "forecast-event-card",
    text: `select ${CARD} from event e join analytics_event a using (event_id)
            where e.event_id = $1 and e.status = 'active' and ($2::uuid is null or a.owner_id = $2)`,
    values: [eventId, scope],
  });
  const [card] = rows;
  const upcoming = card === undefined ? null : await upcomingEvent(pool, today, eventId);
  if (card === undefined || upcoming === null) return null;
  const store = {
    pastEvents: (day: string, events: Parameters<typeof pastEvents>[2]) => pastEvents(pool, day, events),
    curves: (ids: readonly string[]) => bookingCurves(pool, ids, null),
  };
  const [predicted] = await predictEvents(store, today, [upcoming]);
  return { ...card, madeOn: today, daysBefore: upcoming.daysBefore, prediction: predicted!.prediction };
}
