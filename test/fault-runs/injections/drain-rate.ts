import { setTimeout as sleep } from "node:timers/promises";
import pg from "pg";
import { readCpu } from "../../../bench/lib/cpu.ts";
import type { FaultRun } from "../fault.ts";
import { placeMany } from "./many-bookings.ts";

const DRAINED_MS_MAX = 60_000;
const LOOK_MS = 20;
let drains = 0;

/** How fast some bookings were decided. */
export interface DrainRate {
  /** Decided in a second of one processor, of the worker and of its sessions in the database together. */
  readonly perCpuSecond: number;
  /** Decided a second, of the clock. */
  readonly perSecond: number;
}

/**
 * How fast the worker alone is: many bookings are put in line while nobody may take turns of their event, then it may.
 * Whatever else a busy machine does takes nothing from the rate by processor time.
 * @param prepared called when all are in line and none is taken
 */
export async function drainRate(
  run: FaultRun,
  { event, count }: { readonly event: string; readonly count: number },
  prepared: () => Promise<void> = async () => undefined,
): Promise<DrainRate> {
  drains += 1;
  const holder = new pg.Client({ connectionString: run.system.databaseUrl });
  holder.on("error", () => undefined);
  await holder.connect();
  let from = 0;
  try {
    await holder.query("begin");
    // The lock of a turn: workers pass by whoever is held.
    const { rows } = await holder.query(
      "select ledger_seq::integer as seq from actor where event_id = $1 for no key update",
      [event],
    );
    from = rows[0].seq;
    const placed = await placeMany(run, { event, count, name: `drain-${drains}` });
    const refused = placed.find(({ ending }) => ending.status !== 202);
    if (refused !== undefined) throw new Error(`a booking was answered ${refused.ending.status}`);
    await prepared();
  } finally {
    await holder.end();
  }
  const [began, cpu] = [performance.now(), await cpuSeconds(run)];
  await untilLedger(run, event, from + count);
  const seconds = (performance.now() - began) / 1_000;
  return { perSecond: count / seconds, perCpuSecond: count / ((await cpuSeconds(run)) - cpu) };
}

/** Processor time of all workers and of their turns in the database until now. */
async function cpuSeconds({ system }: FaultRun): Promise<number> {
  const { rows } = await system.db.query<{ pid: number }>(
    "select pid from pg_stat_activity where application_name = 'evently-turn' and datname = current_database()",
  );
  const pids = [...system.workers, ...rows].map(({ pid }) => pid);
  const seconds = readCpu({ turns: { pids, children: false } })?.turns;
  if (seconds === undefined) throw new Error("processor time cannot be read here");
  return seconds;
}

async function untilLedger({ system }: FaultRun, event: string, seq: number): Promise<void> {
  const deadline = performance.now() + DRAINED_MS_MAX;
  for (;;) {
    const { rows } = await system.db.query(
      "select ledger_seq::integer as seq from actor where event_id = $1",
      [event],
    );
    if (rows[0].seq >= seq) return;
    if (performance.now() > deadline) throw new Error(`event ${event} stands at ${rows[0].seq}, not ${seq}`);
    await sleep(LOOK_MS);
  }
}
