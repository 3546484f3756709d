import { setTimeout as sleep } from "node:timers/promises";
import { terminate } from "../../faults/sabotage.ts";
import type { Fault, FaultRun } from "../fault.ts";
import type { SystemWish } from "../system/wish.ts";
import { untilUnderWay } from "./progress.ts";

const SWEEP_MS = 500;
/** How long the API relies on notices before it asks the ledger. */
const LOOK_MS = 250;
/** For the work itself, on a machine that has other things to do. */
const MARGIN_MS = 600;
const PROBES = { quick: 3, long: 8 } as const;
const PROBE_MS_MAX = 8_000;
const TERMINATE_EVERY_MS = 20;
const LASTING_MS = { quick: 1_200, long: 4_000 } as const;

type Strike = (run: FaultRun) => Promise<void>;

const STRIKES: Readonly<Record<string, Strike>> = {
  duplicate: deliverCopies,
  redelivery: endTurns,
  lostWakeUp: probeWithoutNotices,
  deadListener: probeWithoutListeners,
};

/** F8: what is delivered twice has one effect; what nobody was told of is found by the sweep. */
export const TOLD_TWICE: Fault = {
  id: "F8",
  title: "duplicate delivery, redelivery, lost wake-ups, dead listener connections",
  points: Object.keys(STRIKES),
  quickPoints: ["duplicate", "lostWakeUp"],
  stage: (point) => ({ system: systemOf(point), workload: {} }),
  inject: async (run, point) => {
    await untilUnderWay(run);
    const strike = STRIKES[point];
    if (strike === undefined) throw new Error(`invariant: no strike ${point}`);
    await strike(run);
    await untilUnderWay(run);
  },
};

function systemOf(point: string): SystemWish {
  const env = { SWEEP_INTERVAL_MS: String(SWEEP_MS) };
  if (point === "lostWakeUp") return { env, prepare: muteNotices };
  if (point === "duplicate") return { env, prepare: keepCopies };
  return { env };
}

/** Puts a function of the same name before the one that notifies; it only counts. */
async function muteNotices(db: FaultRun["system"]["db"]): Promise<void> {
  await db.query(`
    create sequence public.muted_notices;
    create function public.pg_notify(text, text) returns void language sql security definer as $$
      select nextval('public.muted_notices') $$`);
  await db.query(`do $$ begin
    execute format('alter database %I set search_path = public, pg_catalog', current_database()); end $$`);
}

/** Keeps a copy of every job that is put into a mailbox. */
async function keepCopies(db: FaultRun["system"]["db"]): Promise<void> {
  await db.query(`
    create table public.job_copy (like mailbox.job_common);
    create function public.keep_copy() returns trigger language plpgsql as $$ begin
      insert into public.job_copy select new.*; return null; end $$;
    create trigger keep_copy after insert on mailbox.job_common
      for each row when (pg_trigger_depth() = 0) execute function public.keep_copy()`);
}

/** What was delivered and decided comes again, counted in as an accept whose answer was lost would be. */
async function deliverCopies(run: FaultRun): Promise<void> {
  run.countersMayLag("copies of envelopes were put into mailboxes past the API");
  const { rows } = await run.system.db.query<{ event_id: string; lane: string }>(`
    with copied as (
      insert into mailbox.job_common select * from public.job_copy on conflict do nothing
      returning substr(name, 7)::uuid as event_id, case when priority > 0 then 'urgent' else 'bookings' end as lane
    ), counted as (
      update mailbox_counter m
         set bookings_accepted = bookings_accepted + (select count(*) from copied c where c.event_id = m.event_id and lane = 'bookings'),
             urgent_accepted = urgent_accepted + (select count(*) from copied c where c.event_id = m.event_id and lane = 'urgent')
       where event_id in (select event_id from copied)
    ) select event_id, lane from copied`);
  run.fired("envelopes that were decided were delivered again", rows.length);
  await run.system.db.query("drop trigger keep_copy on mailbox.job_common");
}

/** Turns that have fetched lose their connection again and again: their envelopes are delivered to the next. */
async function endTurns(run: FaultRun): Promise<void> {
  run.countersMayLag("connections were lost at COMMIT");
  run.fired("turns ended", await endAgainAndAgain(run, ["evently-turn"], () => lasting(run)));
  run.healed("turns go on");
}

async function probeWithoutNotices(run: FaultRun): Promise<void> {
  const before = await mutedNotices(run);
  await probeWithin(run, SWEEP_MS + LOOK_MS + MARGIN_MS);
  run.fired("notices were never sent", (await mutedNotices(run)) - before);
}

async function mutedNotices({ system }: FaultRun): Promise<number> {
  const { rows } = await system.db.query("select last_value::integer as n from public.muted_notices");
  return rows[0].n;
}

async function probeWithoutListeners(run: FaultRun): Promise<void> {
  const listeners = ["evently-worker-listen", "evently-api-listen"];
  const ended = await endAgainAndAgain(run, listeners, () =>
    probeWithin(run, SWEEP_MS + LOOK_MS + MARGIN_MS),
  );
  run.fired("listener sessions ended", ended);
  run.healed("listeners stay");
}

async function lasting({ isQuick }: FaultRun): Promise<void> {
  await sleep(isQuick ? LASTING_MS.quick : LASTING_MS.long);
}

async function probeWithin(run: FaultRun, msMax: number): Promise<void> {
  const times: number[] = [];
  for (let probe = 0; probe < (run.isQuick ? PROBES.quick : PROBES.long); probe++) {
    const tookMs = Math.round((await run.workload.probe(PROBE_MS_MAX)) ?? Number.POSITIVE_INFINITY);
    times.push(tookMs);
    if (tookMs > msMax) run.violation(`a booking was confirmed after ${tookMs} ms; ${msMax} ms are allowed`);
    await sleep(run.dice.between(0, SWEEP_MS));
  }
  run.remark(`bookings were confirmed after ${times.join(", ")} ms`);
}

/** Ends sessions by their names while something is done. @returns how many */
async function endAgainAndAgain(
  { system }: FaultRun,
  names: readonly string[],
  work: () => Promise<void>,
): Promise<number> {
  let isOver = false;
  const working = work().finally(() => {
    isOver = true;
  });
  let ended = 0;
  while (!isOver) {
    for (const name of names) ended += await terminate(system.db, name);
    await sleep(TERMINATE_EVERY_MS);
  }
  await working;
  return ended;
}
