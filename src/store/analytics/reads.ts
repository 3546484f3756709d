import type pg from "pg";
import {
  MEASURE_NAMES,
  MINUTE_NAMES,
  type MinuteCounts,
  type noMeasures,
  noMinuteCounts,
  SALES_NAMES,
} from "../../analytics/measures.ts";
import { ms } from "../columns.ts";
import { EVERYBODY } from "./scope.ts";

type Scope = string | null;
interface Period {
  readonly from: string;
  readonly to: string;
}

const summed = (names: readonly string[], of: string) =>
  names.map((name) => `sum(${of}.${name})::bigint as ${name}`).join(", ");
const listed = (names: readonly string[], of: string) => names.map((name) => `${of}.${name}`).join(", ");
/** All of time, where no period is asked for. */
const IN_PERIOD = (column: string) =>
  `${column} between coalesce($2::date, '-infinity') and coalesce($3::date, 'infinity')`;
const boundsOf = (period: Period | null) => [period?.from ?? null, period?.to ?? null];

/** Figures of organisers and of all, as the API asks for them. */
export function scopeReads(pool: pg.Pool) {
  const rowsOf = async <Row extends object>(name: string, text: string, values: unknown[]): Promise<Row[]> =>
    (await pool.query<Row & pg.QueryResultRow>({ name: `analytics-${name}`, text, values })).rows;
  type Summed<Extra> = Extra & ReturnType<typeof noMeasures>;
  return {
    async freshness() {
      const text = `select ${ms("caught_up_at")} as "caughtUpAt", ${ms("rebuilding_since")} as "rebuildingSince" from analytics_progress`;
      const [row] = await rowsOf<{ caughtUpAt: number | null; rebuildingSince: number | null }>(
        "fresh",
        text,
        [],
      );
      return row ?? { caughtUpAt: null, rebuildingSince: null };
    },
    totals: (scope: Scope, period: Period | null) =>
      rowsOf<Summed<{ currency: string }>>(
        "totals",
        `select d.currency, ${summed(MEASURE_NAMES, "d")} from analytics_day d
          where d.scope_id = $1 and ${IN_PERIOD("d.day")} group by d.currency order by d.currency`,
        [scope ?? EVERYBODY, ...boundsOf(period)],
      ),
    days: (scope: Scope, period: Period) =>
      rowsOf<Summed<{ currency: string; day: string }>>(
        "days",
        `select d.day::text, d.currency, ${listed(MEASURE_NAMES, "d")} from analytics_day d
          where d.scope_id = $1 and ${IN_PERIOD("d.day")} order by d.day, d.currency`,
        [scope ?? EVERYBODY, ...boundsOf(period)],
      ),
    async summary(scope: Scope) {
      const [row] = await rowsOf<{
        events: number;
        active: number;
        utilization: number | null;
        waiting: number;
      }>(
        "summary",
        `select count(*) as events, count(*) filter (where status = 'active') as active,
                avg(case when capacity = 0 then 0 else (tickets - cancelled_tickets)::float8 / capacity end) as utilization,
                coalesce(sum(waiting), 0)::bigint as waiting
           from analytics_event where $1::uuid is null or owner_id = $1`,
        [scope],
      );
      return row ?? { events: 0, active: 0, utilization: null, waiting: 0 };
    },
    sales: (scope: Scope, period: Period | null) =>
      rowsOf<
        { kind: "tier" | "event"; name: string; currency: string } & Record<
          (typeof SALES_NAMES)[number],
          number
        >
      >(
        "sales",
        `select d.kind, d.name, d.currency, ${summed(SALES_NAMES, "d")} from analytics_category_day d
          where d.scope_id = $1 and ${IN_PERIOD("d.day")} group by 1, 2, 3 order by 1, 2, 3`,
        [scope ?? EVERYBODY, ...boundsOf(period)],
      ),
    tallies: (scope: Scope, eventId: string | null, period: Period | null) =>
      rowsOf<{
        what: "refused" | "viewed" | "turned_away";
        reason: string;
        requests: number;
        tickets: number;
      }>(
        eventId === null ? "tallies" : "tallies-of",
        `select d.what, d.reason, sum(d.requests)::bigint as requests, sum(d.tickets)::bigint as tickets
           from ${eventId === null ? "analytics_tally_day d where d.scope_id = $1" : "analytics_tally d where d.event_id = $1"}
            and ${IN_PERIOD("d.day")} group by 1, 2 order by 1, 2`,
        [eventId ?? scope ?? EVERYBODY, ...boundsOf(period)],
      ),
    people: (scope: Scope, currency: string) =>
      rowsOf<{ lastDay: string; spendStep: number; people: number; bookings: number; spendMinor: number }>(
        "people-of",
        `select last_day::text as "lastDay", bookings, spend_step as "spendStep", people, spend_minor as "spendMinor"
           from analytics_people where scope_id = $1 and currency = $2 and people > 0`,
        [scope ?? EVERYBODY, currency],
      ),
    async activePeople(scope: Scope, since: string) {
      const [row] = await rowsOf<{ people: number }>(
        "active-people",
        `select coalesce(sum(people), 0)::bigint as people from analytics_people where scope_id = $1 and last_day >= $2::date`,
        [scope ?? EVERYBODY, since],
      );
      return row?.people ?? 0;
    },
    async recent(scope: Scope, minutes: readonly number[]) {
      const rows = await rowsOf<MinuteCounts & { minutes: number }>(
        "recent",
        `select w.minutes, ${summed(MINUTE_NAMES, "m")}
           from unnest($2::integer[]) as w (minutes)
           join analytics_minute m on m.minute > date_trunc('minute', now()) - w.minutes * interval '1 minute'
          where $1::uuid is null or m.event_id in (select event_id from analytics_event where owner_id = $1)
          group by w.minutes`,
        [scope, [...minutes]],
      );
      const found = new Map(rows.map(({ minutes: of, ...counts }) => [of, counts]));
      return Object.fromEntries(minutes.map((of) => [of, found.get(of) ?? noMinuteCounts()]));
    },
  };
}
