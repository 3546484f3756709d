import type { Orphans } from "../../audit/ports.ts";
import type { Queryable } from "../database.ts";

const TABLES = ["ledger", "booking", "seat_taken", "payment", "refund", "waitlist_entry"] as const;
const LISTED_MAX = 20;

/**
 * Rows of events that there are not, by table. Its events are found by jumping from one to the next along the primary key:
 * it costs by events, not by rows. (PostgreSQL wiki, "Loose indexscan".)
 */
export async function orphans(db: Queryable): Promise<Orphans[]> {
  const found: Orphans[] = [];
  for (const table of TABLES) {
    const { rows } = await db.query<{ eventId: string }>(
      `with recursive id as (
         (select event_id from ${table} order by event_id limit 1)
         union all
         select next.event_id from id cross join lateral (
           select event_id from ${table} t where t.event_id > id.event_id order by event_id limit 1) next
       )
       select event_id as "eventId" from id where not exists (select 1 from event e where e.event_id = id.event_id)
        limit ${LISTED_MAX}`,
    );
    found.push(...rows.map(({ eventId }) => ({ table, eventId })));
  }
  return found;
}
