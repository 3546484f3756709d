import type pg from "pg";
import type { ProjectorStore } from "../../analytics/ports.ts";
import { stepAnalytics } from "./step.ts";
import { MINUTES_KEPT_MS } from "./write-events.ts";

/** What a projector does to the database. */
export function createProjection(pool: pg.Pool): ProjectorStore {
  return {
    step: (entriesMax) => stepAnalytics(pool, entriesMax),
    purge: async () => {
      await pool.query({
        name: "analytics-purge",
        text: "delete from analytics_minute where minute < now() - $1 * interval '1 millisecond'",
        values: [MINUTES_KEPT_MS],
      });
      // Cells that nobody is in any more; whoever comes into one makes it anew.
      await pool.query({
        name: "analytics-purge-people",
        text: "delete from analytics_people where people = 0",
      });
    },
  };
}
