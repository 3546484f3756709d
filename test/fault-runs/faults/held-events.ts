import { setTimeout as sleep } from "node:timers/promises";
import { type OpenTurn, openTurns } from "../../faults/sabotage.ts";
import { until } from "../../support/until.ts";
import type { FaultRun } from "../fault.ts";
import type { RoleProcess } from "../system/role-process.ts";

/** What was on its way to the database when a process stopped is there after so long, and soon done. */
const ARRIVED_MS = 60;
const DONE_MS_MAX = 1_000;
/** Taken over or not, it is not waited for longer. */
const TAKEOVER_MS_WAITED = 8_000;

/** Events whose actors a worker holds that stands still. */
export async function heldBy(run: FaultRun, worker: RoleProcess): Promise<readonly string[]> {
  await sleep(ARRIVED_MS);
  // A COMMIT that was sent would end what is held a moment later.
  const isDone = ({ state, waitEvent }: OpenTurn) => state !== "active" || waitEvent === "ClientWrite";
  const areDone = async () => (await openTurns(run.system.db, worker)).every(isDone);
  await until("what it sent is done", areDone, DONE_MS_MAX).catch(() => undefined);
  // Whoever locks or changes a row is its xmax, until that transaction ends.
  const { rows } = await run.system.db.query<{ id: string }>(
    `select event_id as id from actor join pg_stat_activity on backend_xid = actor.xmax
      where usename = $1 and datname = current_database()`,
    [worker.dbUser],
  );
  return rows.map(({ id }) => id);
}

/** How much of an event's mail was accepted, or decided. */
interface Mail {
  readonly id: string;
  readonly bookings: string;
  readonly urgent: string;
}

/** What was accepted for these events so far. */
export async function acceptedOf(
  { system }: FaultRun,
  eventIds: readonly string[],
): Promise<readonly Mail[]> {
  const { rows } = await system.db.query<Mail>(
    `select event_id as id, bookings_accepted as bookings, urgent_accepted as urgent
       from mailbox_counter where event_id = any($1::uuid[])`,
    [eventIds],
  );
  return rows;
}

/**
 * Until others can lock each of these events and have decided what was accepted for it.
 * @param mail of `acceptedOf`, before the one who held them was gone
 * @param since when that one was, of `performance.now()`
 * @returns how long it took, ms; infinity where it was given up
 */
export async function untilTakenOver(run: FaultRun, mail: readonly Mail[], since: number): Promise<number> {
  let left = mail;
  while (left.length > 0) {
    if (performance.now() - since > TAKEOVER_MS_WAITED) return Number.POSITIVE_INFINITY;
    const over = new Set(await takenOver(run, left));
    left = left.filter(({ id }) => !over.has(id));
  }
  return performance.now() - since;
}

async function takenOver({ system }: FaultRun, mail: readonly Mail[]): Promise<readonly string[]> {
  const { rows } = await system.db.query<{ id: string }>(
    `select event_id as id from actor
       join unnest($1::uuid[], $2::bigint[], $3::bigint[]) as accepted (event_id, bookings, urgent) using (event_id)
      where bookings_decided >= bookings and urgent_decided >= urgent
        for no key update of actor skip locked`,
    [mail.map(({ id }) => id), mail.map(({ bookings }) => bookings), mail.map(({ urgent }) => urgent)],
  );
  return rows.map(({ id }) => id);
}
