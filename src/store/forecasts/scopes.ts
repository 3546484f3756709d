import type pg from "pg";
import { HISTORY_DAYS_MAX } from "../../forecast/daily.ts";
import { EVERYBODY, type MadeForecast, type ScopeHistory } from "../../forecast/ports.ts";
import { columnsOf } from "../columns.ts";

/** Organisers, and everybody, without a forecast of `today`, each with confirmed bookings by day up to the day before. */
export async function dueScopes(pool: pg.Pool, today: string, max: number): Promise<readonly ScopeHistory[]> {
  const { rows } = await pool.query<ScopeHistory>({
    name: "forecast-due-scopes",
    text: `with due as (
             select scope_id from (
               select '${EVERYBODY}'::uuid as scope_id union select owner_id from analytics_event) scopes
              where not exists (select from forecast_made m where m.scope_id = scopes.scope_id and m.made_on = $1::date)
              order by scope_id limit $2)
      select due.scope_id as "scopeId",
             array(select coalesce(sum(d.bookings), 0)::integer
                     from generate_series($1::date - ${HISTORY_DAYS_MAX}, $1::date - 1, interval '1 day') as days (day)
                     left join analytics_day d on d.scope_id = due.scope_id and d.day = days.day::date
                    group by days.day order by days.day) as counts
        from due order by due.scope_id`,
    values: [today, max],
  });
  return rows;
}

/** Keeps forecasts; one that there is already stays. */
export async function saveScopes(
  pool: pg.Pool,
  today: string,
  made: readonly (Omit<MadeForecast, "madeOn"> & { readonly scopeId: string })[],
): Promise<void> {
  await pool.query({
    name: "forecast-save-scopes",
    text: `insert into forecast_made (scope_id, made_on, outlook, reason)
      select m.scope_id, $1::date, m.outlook, m.reason
        from unnest($2::uuid[], $3::jsonb[], $4::text[]) as m (scope_id, outlook, reason)
      on conflict (scope_id, made_on) do nothing`,
    values: [
      today,
      ...columnsOf(
        made,
        ({ scopeId }) => scopeId,
        ({ outlook }) => (outlook === null ? null : JSON.stringify(outlook)),
        ({ reason }) => reason,
      ),
    ],
  });
}
