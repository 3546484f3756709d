import type pg from "pg";

/** A step takes a second or two; who has not gone on by then has died. */
const CLAIM_S = 60;
/** Forecasts of bookings are measured over the last quarter of a year, of events over a year. */
const SCOPES_KEPT_DAYS = 120;
const EVENTS_KEPT_DAYS = 800;

/** The day of which all before it is added up, by the database's clock; null where analytics are not that far. */
export async function knownDay(pool: pg.Pool): Promise<string | null> {
  const { rows } = await pool.query<{ today: string }>({
    name: "forecast-known-day",
    text: `select (now() at time zone 'utc')::date::text as today from analytics_progress
            where rebuilding_since is null
              and caught_up_at at time zone 'utc' >= (now() at time zone 'utc')::date`,
  });
  return rows[0]?.today ?? null;
}

/**
 * Claims the day's work for this process until it is done or the claim runs out.
 * @param holder names the process, so that its own claim does not stand in its way
 */
export async function claim(pool: pg.Pool, today: string, holder: string): Promise<boolean> {
  const { rowCount } = await pool.query({
    name: "forecast-claim",
    text: `update forecast_progress set claimed_until = now() + interval '${CLAIM_S} seconds', claimed_by = $2
            where made_on < $1::date and (claimed_until < now() or claimed_by = $2)`,
    values: [today, holder],
  });
  return rowCount === 1;
}

/** All of the day is made. What can be of no use any more is forgotten. */
export async function finish(pool: pg.Pool, today: string): Promise<void> {
  await pool.query({
    name: "forecast-finish",
    text: `with forgotten as (delete from forecast_made where made_on < $1::date - ${SCOPES_KEPT_DAYS}),
                forgotten_events as (delete from forecast_event_made where made_on < $1::date - ${EVENTS_KEPT_DAYS})
           update forecast_progress set made_on = greatest(made_on, $1::date), claimed_until = '-infinity'`,
    values: [today],
  });
}
