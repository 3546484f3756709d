import type { Queryable } from "../database.ts";

/** How long ago everything that was decided was added up, in milliseconds; Infinity while a rebuild goes on. */
export async function analyticsLag(db: Queryable): Promise<number> {
  const { rows } = await db.query<{ lag: number | null }>({
    name: "analytics-lag",
    text: "select floor(extract(epoch from now() - caught_up_at) * 1000)::bigint as lag from analytics_progress",
  });
  return rows[0]?.lag ?? Number.POSITIVE_INFINITY;
}
