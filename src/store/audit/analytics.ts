import { MEASURE_NAMES, type Measures, SALES_NAMES, type Sales } from "../../analytics/measures.ts";
import type { StoredAnalytics } from "../../audit/ports.ts";
import { readStandings } from "../analytics/read-folded.ts";
import type { Queryable } from "../database.ts";

const MEASURES = MEASURE_NAMES.join(", ");
const SALES = SALES_NAMES.join(", ");

/** What was added up of one event; null where nothing was. */
export async function readAnalytics(tx: Queryable, eventId: string): Promise<StoredAnalytics | null> {
  const [standing] = await readStandings(tx, [eventId]);
  if (standing === undefined) return null;
  const rowsOf = async <Row extends object>(what: string, text: string): Promise<Row[]> =>
    (
      await tx.query<Row & Record<string, unknown>>({
        name: `audit-analytics-${what}`,
        text,
        values: [eventId],
      })
    ).rows;
  type Keyed<Figures> = Figures & { readonly key: string };
  const [totals, days, tiers, tierDays, refusals, live] = await Promise.all([
    rowsOf<Measures>("total", `select ${MEASURES} from analytics_event where event_id = $1`),
    rowsOf<Keyed<Measures>>(
      "day",
      `select day::text as key, ${MEASURES} from analytics_event_day where event_id = $1`,
    ),
    rowsOf<Keyed<Sales>>(
      "tier",
      `select tier::text as key, ${SALES} from analytics_tier where event_id = $1`,
    ),
    rowsOf<Keyed<Sales>>(
      "tier-day",
      `select tier || ' ' || day as key, ${SALES} from analytics_tier_day where event_id = $1`,
    ),
    rowsOf<Keyed<{ requests: number; tickets: number }>>(
      "refused",
      `select day || ' ' || reason as key, requests, tickets from analytics_tally where event_id = $1 and what = 'refused'`,
    ),
    rowsOf<StoredAnalytics["live"]>(
      "live",
      `select count(*) as bookings, coalesce(sum(quantity), 0)::bigint as tickets,
              coalesce(sum(quantity * unit_price_minor), 0)::bigint as minor,
              (select count(*) from analytics_refund where event_id = $1) as refunds,
              (select coalesce(sum(amount_minor), 0)::bigint from analytics_refund where event_id = $1) as "owedMinor"
         from analytics_booking where event_id = $1`,
    ),
  ]);
  return {
    standing,
    total: totals[0] as Measures,
    days: byKey(days),
    tiers: byKey(tiers),
    tierDays: byKey(tierDays),
    refusals: byKey(refusals),
    live: live[0] as StoredAnalytics["live"],
  };
}

function byKey<Row extends { readonly key: string }>(rows: readonly Row[]): Map<string, Omit<Row, "key">> {
  return new Map(rows.map(({ key, ...figures }) => [key, figures]));
}
