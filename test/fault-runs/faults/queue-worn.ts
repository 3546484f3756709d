import pg from "pg";
import type { Fault, FaultRun } from "../fault.ts";
import { type DrainRate, drainRate } from "../injections/drain-rate.ts";
import { untilUnderWay } from "./progress.ts";

const COUNT = { quick: 1_500, long: 6_000 };
/** So many are decided under a long reader, which then keeps what is left of each. */
const PINNED = { quick: 15_000, long: 60_000 };
const ROUNDS = 2;
const RATE_SHARE_MIN = 0.7;
const CAPACITY = 1_000_000;
const JOBS = "mailbox.job_common";
/** A hundred thousand and more are decided within seconds, by hand; people are told of some thousands a second. */
const REST_MS_MAX = 120_000;

/**
 * F18: a reader that does not end keeps the dead rows of the queue's table; its statistics are those of an empty table;
 * a queue is younger than all statistics. The worker decides at least 70 % of what it decides without, in the same run
 * and by the processor time that it takes.
 */
export const QUEUE_WORN: Fault = {
  id: "F18",
  title: "long reader pinning xmin, stale statistics, new queue",
  points: ["staleStatistics", "newQueue", "pinnedXmin"],
  quickPoints: ["staleStatistics"],
  isLong: true,
  restMsMax: REST_MS_MAX,
  stage: () => ({ system: { workers: 1 }, workload: { clients: 2, thinkMsMax: 200, events: { plain: 0 } } }),
  inject: async (run, point) => {
    await untilUnderWay(run, 3);
    // What is measured here is decided by hand.
    await run.system.db.query(`alter table ${JOBS} set (autovacuum_enabled = off)`);
    const rates = await WORN[point]?.(run);
    if (rates === undefined) throw new Error(`there is no point ${point}`);
    run.healed("the queue is as it was");
    const [usual, worn] = [best(rates.usual), best(rates.worn)];
    const percent = Math.round((100 * worn.perCpuSecond) / usual.perCpuSecond);
    const says = `${whole(worn)} decided in a second of processor time, of ${whole(usual)}: ${percent} %`;
    run.remark(`${says}; ${Math.round(worn.perSecond)} and ${Math.round(usual.perSecond)} by the clock`);
    if (percent < 100 * RATE_SHARE_MIN) run.violation(says);
  },
};

/** Each time it was measured. */
interface Rates {
  readonly usual: DrainRate[];
  readonly worn: DrainRate[];
}

function best(rates: readonly DrainRate[]): DrainRate {
  return rates.reduce((a, b) => (b.perCpuSecond > a.perCpuSecond ? b : a));
}

function whole({ perCpuSecond }: DrainRate): string {
  return String(Math.round(perCpuSecond));
}

const WORN: Readonly<Record<string, (run: FaultRun) => Promise<Rates>>> = {
  staleStatistics: async (run) => {
    const event = await openSale(run, "stale");
    return await inTurn(async (rates) => {
      rates.usual.push(await rateOf(run, event, () => analyze(run)));
      await analyze(run);
      rates.worn.push(await rateOf(run, event));
      run.fired("the statistics were those of an empty table");
    });
  },
  newQueue: async (run) => {
    const known = await openSale(run, "known");
    return await inTurn(async (rates, round) => {
      rates.usual.push(await rateOf(run, known, () => analyze(run)));
      const young = await openSale(run, `young-${round}`);
      rates.worn.push(await rateOf(run, young));
      run.fired("the statistics knew another queue only");
    });
  },
  pinnedXmin: async (run) => {
    const event = await openSale(run, "pinned");
    const rates: Rates = { usual: [], worn: [] };
    for (let round = 0; round < ROUNDS; round += 1) rates.usual.push(await rateOf(run, event));
    const reader = await longReader(run);
    try {
      const last: DrainRate[] = [];
      const pinned = run.isQuick ? PINNED.quick : PINNED.long;
      for (let dead = 0; dead < pinned; dead += countOf(run)) last.push(await rateOf(run, event));
      rates.worn.push(...last.slice(-ROUNDS));
      run.remark(`rates under the reader: ${last.map(whole).join(", ")}`);
      const kept = await keptRows(run);
      run.fired(`${kept} dead rows were kept by a reader`, kept >= pinned ? 1 : 0);
    } finally {
      await reader.end();
    }
    return rates;
  },
};

async function inTurn(measure: (rates: Rates, round: number) => Promise<void>): Promise<Rates> {
  const rates: Rates = { usual: [], worn: [] };
  for (let round = 0; round < ROUNDS; round += 1) await measure(rates, round);
  return rates;
}

async function openSale(run: FaultRun, name: string): Promise<string> {
  return (await run.workload.openEvent(name, { total_capacity: CAPACITY, price: 20 })).id;
}

function countOf({ isQuick }: FaultRun): number {
  return isQuick ? COUNT.quick : COUNT.long;
}

function rateOf(run: FaultRun, event: string, prepared?: () => Promise<void>): Promise<DrainRate> {
  return drainRate(run, { event, count: countOf(run) }, prepared);
}

async function analyze({ system }: FaultRun): Promise<void> {
  await system.db.query(`analyze ${JOBS}`);
}

/** A session that looks at the database as it is now, and goes on looking. */
async function longReader({ system }: FaultRun): Promise<pg.Client> {
  const reader = new pg.Client({ connectionString: system.databaseUrl });
  await reader.connect();
  await reader.query("begin isolation level repeatable read");
  await reader.query(`select count(*) from ${JOBS}`);
  return reader;
}

/** Rows that a vacuum may not take away yet, as it tells itself. */
async function keptRows({ system }: FaultRun): Promise<number> {
  await system.db.query(`vacuum ${JOBS}`);
  const { rows } = await system.db.query(
    "select n_dead_tup::integer as n from pg_stat_user_tables where relid = $1::regclass",
    [JOBS],
  );
  return rows[0].n;
}
