import { MEASURE_NAMES, SALES_NAMES } from "../../analytics/measures.ts";
import { BOOKINGS_MAX } from "../../analytics/people.ts";
import type { WrongSum } from "../../audit/ports.ts";
import { EVERYBODY } from "../analytics/scope.ts";
import type { Queryable } from "../database.ts";

/** Listed of one table: what went wrong once goes wrong in many rows. */
const LISTED_MAX = 20;

/** Owner and everybody, for each event `e`. */
const SCOPES = `cross join lateral (values (e.owner_id), ('${EVERYBODY}'::uuid)) as s (scope_id)`;

interface Compared {
  readonly table: string;
  readonly key: readonly string[];
  readonly figures: readonly string[];
  /** What the rows of the table should be: its key and its figures, under their names. */
  readonly truth: string;
  readonly where?: string;
}

const summed = (names: readonly string[], of: string) =>
  names.map((name) => `sum(${of}.${name})::bigint as ${name}`).join(", ");

const COMPARED: readonly Compared[] = [
  {
    table: "analytics_event_week",
    key: ["week", "event_id"],
    figures: ["tickets", "cancelled_tickets"],
    truth: `select date_trunc('week', d.day)::date as week, d.event_id, ${summed(["tickets", "cancelled_tickets"], "d")}
              from analytics_event_day d group by 1, 2`,
  },
  {
    table: "analytics_day",
    key: ["scope_id", "currency", "day"],
    figures: MEASURE_NAMES,
    truth: `select s.scope_id, e.currency, d.day, ${summed(MEASURE_NAMES, "d")}
              from analytics_event_day d join analytics_event e using (event_id) ${SCOPES} group by 1, 2, 3`,
  },
  {
    table: "analytics_category_day",
    key: ["scope_id", "currency", "kind", "name", "day"],
    figures: SALES_NAMES,
    truth: `select s.scope_id, e.currency, k.kind, k.name, d.day, ${summed(SALES_NAMES, "d")}
              from analytics_tier_day d join analytics_event e using (event_id)
              join analytics_tier t on t.event_id = d.event_id and t.tier = d.tier ${SCOPES}
             cross join lateral (values ('tier', t.name), ('event', e.category)) as k (kind, name) group by 1, 2, 3, 4, 5`,
  },
  {
    table: "analytics_tally_day",
    key: ["scope_id", "day", "what", "reason"],
    figures: ["requests", "tickets"],
    truth: `select s.scope_id, d.day, d.what, d.reason, ${summed(["requests", "tickets"], "d")}
              from analytics_tally d join analytics_event e using (event_id) ${SCOPES}
             where d.what = 'refused' group by 1, 2, 3, 4`,
    where: "what = 'refused'",
  },
  {
    table: "analytics_person",
    key: ["scope_id", "currency", "user_id"],
    figures: ["bookings", "tickets", "spend_minor"],
    truth: `select s.scope_id, e.currency, b.user_id, count(*) as bookings, sum(b.quantity)::bigint as tickets,
                   sum(b.quantity * b.unit_price_minor)::bigint as spend_minor
              from analytics_booking b join analytics_event e using (event_id) ${SCOPES} where not b.is_held group by 1, 2, 3`,
  },
  {
    table: "analytics_people",
    key: ["scope_id", "currency", "last_day", "bookings"],
    figures: ["people", "bookings_sum", "spend_minor"],
    truth: `select scope_id, currency, (last_at at time zone 'UTC')::date as last_day,
                   least(bookings, ${BOOKINGS_MAX})::smallint as bookings, count(*) as people,
                   sum(bookings)::bigint as bookings_sum, sum(spend_minor)::bigint as spend_minor
              from analytics_person where bookings > 0 group by 1, 2, 3, 4`,
  },
];

/** Sums that are kept and are not what they are sums of. */
export async function wrongSums(tx: Queryable): Promise<readonly WrongSum[]> {
  const found: WrongSum[] = [];
  for (const compared of COMPARED) found.push(...(await wrongIn(tx, compared)));
  return found;
}

async function wrongIn(
  tx: Queryable,
  { table, key, figures, truth, where = "true" }: Compared,
): Promise<WrongSum[]> {
  const keys = key.join(", ");
  const objectOf = (alias: string) =>
    `jsonb_build_object(${figures.map((name) => `'${name}', coalesce(${alias}.${name}, 0)`).join(", ")})`;
  // Rows in which everything has been taken back say the same as no rows.
  const { rows } = await tx.query<{ row: string; sum: string; stored: string }>({
    text: `with kept as (select ${keys}, ${summed(figures, "k")} from ${table} k where ${where} group by ${keys})
           select concat_ws(' ', ${keys}) as row, d.sum::text, d.stored::text
             from (${truth}) t full join kept k using (${keys})
            cross join lateral (select ${objectOf("t")} as sum, ${objectOf("k")} as stored) d
            where d.sum <> d.stored limit ${LISTED_MAX}`,
  });
  return rows.map((row) => ({ table, ...row }));
}
