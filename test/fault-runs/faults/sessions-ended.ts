import { setTimeout as sleep } from "node:timers/promises";
import type { Fault, FaultRun } from "../fault.ts";
import { untilUnderWay } from "./progress.ts";
import { bookingsSince, judgeRefusals } from "./refusals.ts";

/** Five a second, as the list says. */
const EVERY_MS = 200;
const SESSIONS = { quick: 8, long: 25 } as const;

/** Whose sessions are ended: those that are at work, whichever those are, or all of one kind. */
const POINTS: Readonly<Record<string, string>> = {
  busy: "state <> 'idle'",
  any: "true",
  turns: "application_name = 'evently-turn'",
  api: "application_name = 'evently-api'",
  effects: "application_name like 'evently-effects%'",
};

/** F4: sessions of the product end one by one. Only what they were at is lost, and done when it is asked for again. */
export const SESSIONS_ENDED: Fault = {
  id: "F4",
  title: "single database sessions end, five a second",
  points: Object.keys(POINTS),
  quickPoints: ["busy"],
  stage: () => ({ system: { workers: 2 }, workload: {} }),
  inject: async (run, point) => {
    run.countersMayLag("connections were lost at COMMIT");
    await untilUnderWay(run);
    const which = POINTS[point] ?? "true";
    const ended: string[] = [];
    const from = run.history.now();
    const began = performance.now();
    for (let at = 0; at < (run.isQuick ? SESSIONS.quick : SESSIONS.long); at++) {
      await sleep(Math.max(0, began + at * EVERY_MS - performance.now()));
      ended.push(...(await endOne(run, which)));
    }
    run.fired(`sessions of ${[...new Set(ended)].join(", ")}`, ended.length);
    run.healed("no more sessions are ended");
    await untilUnderWay(run);
    judgeRefusals(run, bookingsSince(run, from));
  },
};

/** One that is at work where there is any. @returns what it is called */
async function endOne({ system }: FaultRun, which: string): Promise<string[]> {
  const { rows } = await system.db.query<{ name: string }>(
    `select application_name as name, pg_terminate_backend(pid) from pg_stat_activity
      where application_name like 'evently-%' and datname = current_database() and ${which}
      order by state = 'idle', random() limit 1`,
  );
  return rows.map(({ name }) => name);
}
