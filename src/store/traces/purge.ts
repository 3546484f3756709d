import type pg from "pg";
import { inTransaction } from "../database.ts";

/** What is kept of traces at most, and for how long. */
export interface TraceBounds {
  readonly partsMax: number;
  readonly bytesMax: number;
  readonly usualHours: number;
  /** Of those that were slow or failed. */
  readonly notableHours: number;
  /** Of counts of requests. */
  readonly countHours: number;
}

/** Any number that nobody else takes. */
const LOCK = 8_713_005;

/**
 * Deletes traces that are too old, and where there are still too many, the oldest of those that are worth the least: first
 * what was neither slow nor failed, then what was slow, last what failed. Of several processes one does it.
 */
export async function purgeTraces(pool: pg.Pool, bounds: TraceBounds): Promise<void> {
  const { partsMax, bytesMax, usualHours, notableHours, countHours } = bounds;
  await inTransaction(pool, async (tx) => {
    const { rows } = await tx.query<{ mine: boolean }>("select pg_try_advisory_xact_lock($1) as mine", [
      LOCK,
    ]);
    if (rows[0]?.mine !== true) return;
    await tx.query({
      name: "trace-age",
      text: `delete from trace_part where rank = 0 and written_at < now() - $1 * interval '1 hour'
                or rank > 0 and written_at < now() - $2 * interval '1 hour'`,
      values: [usualHours, notableHours],
    });
    await tx.query({
      name: "trace-room",
      text: `delete from trace_part where part_id = any(array(
               select part_id from (
                 select part_id, row_number() over worth as place, sum(bytes) over worth as room
                   from trace_part window worth as (order by rank desc, written_at desc, part_id desc)) t
                where t.place > $1 or t.room > $2))`,
      values: [partsMax, bytesMax],
    });
    await tx.query({
      name: "trace-counts",
      text: "delete from request_minute where minute < now() - $1 * interval '1 hour'",
      values: [countHours],
    });
  });
}
