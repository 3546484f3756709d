import { setTimeout as sleep } from "node:timers/promises";
import pg from "pg";
import { openEvents } from "../lib/bench-events.ts";
import { Lane, share } from "../lib/lane.ts";
import type { Stage } from "../lib/stage.ts";

const JOBS = "mailbox.job_common";
const LANES = 32;
const EMPTY_LOOK_MS = 50;
const EMPTY_MS_MAX = 60_000;

/** Vacuum by itself would end some of the states; it is back when `on` is true. */
export async function autovacuum({ pool }: Stage, on: boolean): Promise<void> {
  await pool.query(`alter table ${JOBS} set (autovacuum_enabled = ${on})`);
}

/** What the planner knows of the queue's table from now on is that it is empty, as it is. */
export async function forgetStatistics({ pool }: Stage): Promise<void> {
  await pool.query(`vacuum ${JOBS}`);
  await pool.query(`analyze ${JOBS}`);
}

/** What the planner knows of it is how it looks right now. */
export async function learnStatistics({ pool }: Stage): Promise<void> {
  await pool.query(`analyze ${JOBS}`);
}

/** A session that looks at the database as it is now and goes on looking: nothing that dies meanwhile may be taken away. */
export async function startReader(databaseUrl: string): Promise<{ stop(): Promise<void> }> {
  const reader = new pg.Client({ connectionString: databaseUrl, application_name: "bench-long-reader" });
  reader.on("error", () => undefined);
  await reader.connect();
  await reader.query("begin isolation level repeatable read");
  await reader.query(`select count(*) from ${JOBS}`);
  let ended: Promise<void> | null = null;
  return { stop: () => (ended ??= reader.end()) };
}

export async function deadRows({ pool }: Pick<Stage, "pool">): Promise<number> {
  const { rows } = await pool.query(
    "select n_dead_tup::integer as n from pg_stat_user_tables where relid = $1::regclass",
    [JOBS],
  );
  return rows[0].n;
}

/**
 * Has vacuum take away what a reader kept, in all tables that bookings go through, until nothing dead is left of the queue.
 * @throws where it is not within a minute
 */
export async function clearDead(stage: Pick<Stage, "pool">): Promise<void> {
  const deadlineMs = performance.now() + EMPTY_MS_MAX;
  for (;;) {
    await stage.pool.query("vacuum");
    const dead = await deadRows(stage);
    if (dead === 0) return;
    if (performance.now() > deadlineMs) throw new Error(`${dead} dead rows of the queue cannot be vacuumed`);
    await sleep(EMPTY_LOOK_MS);
  }
}

/** So many more events on sale, of which nobody wants anything. @returns their ids */
export function openOthers({ origin, adminToken, pool }: Stage, count: number): Promise<string[]> {
  return openEvents({ origin, adminToken, db: pool }, { events: count, isSeated: false });
}

/**
 * Has a booking wait in the mailbox of each of these events, whose sale is paused while it waits. The worker stands still
 * until then, so that none is decided.
 */
export async function leaveMail(
  { cast, origin, pool, users }: Stage,
  eventIds: readonly string[],
): Promise<void> {
  const lanes = Array.from({ length: LANES }, () => new Lane(origin));
  process.kill(cast.bookingWorker.pid, "SIGSTOP");
  try {
    await share(lanes, eventIds.length, async (lane, at) => {
      const body = { event_id: eventIds[at], quantity: 1 };
      const { token } = users[at % users.length]!;
      const headers = { prefer: "respond-async" };
      const { status } = await lane.ask({ method: "POST", path: "/api/v1/bookings", token, body, headers });
      if (status !== 202) throw new Error(`a booking that shall wait was answered ${status}`);
    });
    await pool.query("update actor set is_paused = true where event_id = any($1::uuid[])", [eventIds]);
  } finally {
    process.kill(cast.bookingWorker.pid, "SIGCONT");
    await Promise.all(lanes.map((lane) => lane.close()));
  }
}

/** Lets them be decided, and waits until they are. @throws where they are not within a minute */
export async function clearMail({ pool }: Stage, eventIds: readonly string[]): Promise<void> {
  await pool.query("update actor set is_paused = false where event_id = any($1::uuid[])", [eventIds]);
  const deadlineMs = performance.now() + EMPTY_MS_MAX;
  for (;;) {
    const { rows } = await pool.query(`select count(*)::integer as n from ${JOBS}`);
    if (rows[0].n === 0) return;
    if (performance.now() > deadlineMs) throw new Error(`${rows[0].n} envelopes are not decided`);
    await sleep(EMPTY_LOOK_MS);
  }
}
