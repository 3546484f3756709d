import type { Queryable } from "./database.ts";
import { TURN_APPLICATION_NAME } from "./turn-connection.ts";

export interface StuckLimits {
  /** Age of a turn that is never reached by one that goes on. */
  readonly turnMs: number;
  /** How long a turn's process may leave an answer unread. */
  readonly unreadMs: number;
}

/**
 * Ends turns that are stuck. The server's own time-outs end most of them; one whose process froze while a large result
 * was being sent waits in the socket, where only termination reaches it. Its row locks are free at once.
 * @returns how many were ended.
 */
export async function endStuckTurns(db: Queryable, { turnMs, unreadMs }: StuckLimits): Promise<number> {
  const { rows } = await db.query<{ ended: number }>({
    name: "watchdog",
    text: `select count(*) filter (where pg_terminate_backend(pid)) as ended from pg_stat_activity
            where application_name = $1 and datname = current_database() and state <> 'idle'
              and (xact_start < clock_timestamp() - $2 * interval '1 millisecond'
                   or wait_event = 'ClientWrite' and query_start < clock_timestamp() - $3 * interval '1 millisecond')`,
    values: [TURN_APPLICATION_NAME, turnMs, unreadMs],
  });
  return rows[0]?.ended ?? 0;
}
