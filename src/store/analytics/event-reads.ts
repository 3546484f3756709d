import type pg from "pg";
import {
  MEASURE_NAMES,
  type Measures,
  noMeasures,
  SALES_NAMES,
  type Sales,
} from "../../analytics/measures.ts";
import { weeklyOf } from "../../analytics/weeks.ts";
import { ms } from "../columns.ts";

type Scope = string | null;
interface Period {
  readonly from: string;
  readonly to: string;
}

/** See `EventFigures` of the API. */
export interface EventRow extends Measures {
  readonly eventId: string;
  readonly number: number;
  readonly name: string;
  readonly currency: string;
  readonly capacity: number;
  readonly sold: number;
  readonly waiting: number;
  readonly startsAt: number;
  readonly status: string;
  readonly peakAt: number | null;
  readonly hourAt: number | null;
  readonly hours: readonly number[];
}

const OF_EVENT = `a.event_id as "eventId", e.number, e.name, a.currency, a.capacity, a.tickets - a.cancelled_tickets as sold,
  a.waiting, ${ms("e.starts_at")} as "startsAt", a.status, ${ms("a.peak_at")} as "peakAt", ${ms("a.hour_at")} as "hourAt", a.hours`;
const MEASURES_OF = (of: string) => MEASURE_NAMES.map((name) => `${of}.${name}`).join(", ");
const SUMMED = MEASURE_NAMES.map((name) => `sum(d.${name})::bigint as ${name}`).join(", ");

/** Of an organizer's events, the days alone: one statement for both would be planned for all events. */
const SOLD_OF_OWN = `
  select d.event_id, sum((d.tickets - d.cancelled_tickets)::integer) as sold
    from analytics_event o join analytics_event_day d using (event_id)
   where o.owner_id = $4::uuid and d.day between $2::date and $3::date
   group by d.event_id order by sold desc, d.event_id limit $1`;
/** Of everybody's, the whole weeks ($4, $5) and the days before and after them: a fifth of the rows that its days have. */
const SOLD_OF_ALL = `
  select event_id, sum(sold) as sold
    from (select event_id, (tickets - cancelled_tickets)::integer as sold
            from analytics_event_week where week between $4::date and $5::date
           union all
          select event_id, (tickets - cancelled_tickets)::integer
            from analytics_event_day where day between $2::date and $6::date
           union all
          select event_id, (tickets - cancelled_tickets)::integer
            from analytics_event_day where day between $7::date and $3::date) s
   group by event_id order by sold desc, event_id limit $1`;

/** What is put in order. Bookings and tickets can be compared across currencies; revenue is by amount within a currency. */
const ORDERS = {
  revenue: "a.currency, a.booked_minor - a.cancelled_minor + a.exchanged_minor desc",
  bookings: "a.bookings - a.cancelled desc",
  utilization: "(a.tickets - a.cancelled_tickets)::float8 / greatest(a.capacity, 1) desc",
  starts_at: "e.starts_at desc",
} as const;

/** Figures of single events, as the API asks for them. */
export function eventReads(pool: pg.Pool) {
  const rowsOf = async <Row extends object>(name: string, text: string, values: unknown[]): Promise<Row[]> =>
    (await pool.query<Row & pg.QueryResultRow>({ name: `analytics-${name}`, text, values })).rows;
  return {
    topEvents: (scope: Scope, period: Period | null, max: number) => {
      if (period === null)
        return rowsOf<EventRow>(
          "top",
          `with top as (select event_id from analytics_event a where $1::uuid is null or a.owner_id = $1
                         order by a.tickets - a.cancelled_tickets desc, a.event_id limit $2)
           select ${OF_EVENT}, ${MEASURES_OF("a")}
             from top join analytics_event a using (event_id) join event e using (event_id)
            order by a.tickets - a.cancelled_tickets desc, a.event_id`,
          [scope, max],
        );
      const { before, mondays, after } = weeklyOf(period);
      return rowsOf<EventRow>(
        scope === null ? "top-of-period" : "top-of-period-of",
        `with top as (${scope === null ? SOLD_OF_ALL : SOLD_OF_OWN})
         select ${OF_EVENT}, ${MEASURES_OF("d")}
           from top join analytics_event a using (event_id) join event e using (event_id)
           join lateral (select ${SUMMED} from analytics_event_day d
                          where d.event_id = top.event_id and d.day between $2::date and $3::date) d on true
          order by top.sold desc, a.event_id`,
        [
          ...[max, period.from, period.to],
          ...(scope === null ? [mondays.from, mondays.to, before.to, after.from] : [scope]),
        ],
      );
    },
    async events(
      scope: Scope,
      {
        sort,
        limit,
        offset,
      }: { readonly sort: keyof typeof ORDERS; readonly limit: number; readonly offset: number },
    ) {
      const [events, counted] = await Promise.all([
        rowsOf<EventRow>(
          `events-by-${sort}`,
          `select ${OF_EVENT}, ${MEASURES_OF("a")} from analytics_event a join event e using (event_id)
            where $1::uuid is null or a.owner_id = $1 order by ${ORDERS[sort]}, a.event_id limit $2 offset $3`,
          [scope, limit, offset],
        ),
        rowsOf<{ total: number }>(
          "events-count",
          "select count(*) as total from analytics_event where $1::uuid is null or owner_id = $1",
          [scope],
        ),
      ]);
      return { events, total: counted[0]?.total ?? 0 };
    },
    async event(scope: Scope, eventId: string) {
      const [row] = await rowsOf<EventRow>(
        "event-of",
        // Of one that was created a moment ago nothing is added up yet, but it is there.
        `select e.event_id as "eventId", e.number, e.name, e.currency,
                coalesce(a.capacity, (select sum(capacity)::integer from tier t where t.event_id = e.event_id)) as capacity,
                coalesce(a.tickets - a.cancelled_tickets, 0) as sold, coalesce(a.waiting, 0) as waiting,
                ${ms("e.starts_at")} as "startsAt", e.status, ${ms("a.peak_at")} as "peakAt", ${ms("a.hour_at")} as "hourAt",
                coalesce(a.hours, '{}') as hours, ${MEASURE_NAMES.map((name) => `coalesce(a.${name}, 0) as ${name}`).join(", ")}
           from event e left join analytics_event a using (event_id)
          where e.event_id = $2 and ($1::uuid is null or e.created_by = $1)`,
        [scope, eventId],
      );
      return row ?? null;
    },
    tiers: (eventId: string) =>
      rowsOf<Sales & { name: string; capacity: number; priceMinor: number }>(
        "tiers-of",
        `select name, capacity, price_minor as "priceMinor", ${SALES_NAMES.join(", ")}
           from analytics_tier where event_id = $1 order by tier`,
        [eventId],
      ),
    async eventMeasures(eventId: string, period: Period | null): Promise<Measures> {
      const [row] = await rowsOf<Measures>(
        "event-measures",
        `select ${SUMMED} from analytics_event_day d
          where d.event_id = $1 and d.day between coalesce($2::date, '-infinity') and coalesce($3::date, 'infinity')
         having count(*) > 0`,
        [eventId, period?.from ?? null, period?.to ?? null],
      );
      return row ?? noMeasures();
    },
  };
}
