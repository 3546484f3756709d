import { setTimeout as sleep } from "node:timers/promises";
import type { Fault, FaultRun } from "../fault.ts";
import { untilUnderWay } from "../faults/progress.ts";
import type { Book } from "../history/op.ts";
import type { RoleProcess } from "../system/role-process.ts";
import type { SystemWish } from "../system/wish.ts";
import type { WorkloadWish } from "../workload/wish.ts";

/** The one point of faults that are made for variants. */
export const POINT = "variant";

type Stage = { readonly system?: SystemWish; readonly workload?: WorkloadWish };

/** What a variant is let loose in, where no fault of the list is needed for it, or one without its own bounds. */
function madeFor(
  title: string,
  { system = {}, workload = {} }: Stage,
  inject: (run: FaultRun) => Promise<void>,
): Fault {
  return {
    id: "F2",
    title,
    points: [POINT],
    quickPoints: [],
    stage: () => ({ system, workload }),
    restMsMax: REST_MS_MAX,
    inject: async (run) => {
      run.countersMayLag("the variant may have lost what it counted");
      await inject(run);
    },
  };
}

/** What is lost never comes to rest; it is not waited for as long as what may only be late. */
const REST_MS_MAX = 2_000;

/** Nothing but clients at work, for a while. */
export function underLoad(
  stage: Stage,
  lastingMs: number,
  prepare?: (run: FaultRun) => Promise<void>,
): Fault {
  return madeFor("clients at work", stage, async (run) => {
    await prepare?.(run);
    await untilUnderWay(run);
    run.fired(`clients were at work for ${lastingMs} ms`);
    await sleep(lastingMs);
  });
}

/** Workers stand still at a point for a moment, again and again, while others or the next turn go on. */
export function standingStill(stage: Stage, { at, victims, times, frozenMs }: Standing): Fault {
  return madeFor(`a worker stands still for ${frozenMs} ms`, stage, async (run) => {
    await untilUnderWay(run);
    for (let time = 0; time < times; time++) {
      const frozen = run.system.workers.slice(0, victims);
      const before = frozen.map(({ failpoints }) => failpoints.hits.length);
      await Promise.all(frozen.map((one) => one.failpoints.arm(one.pid, `${at}=freeze:${frozenMs}`)));
      await Promise.all(Array.from({ length: ASKERS }, () => askInTurn(run, 2 * frozenMs)));
      const fired = frozen.filter(({ failpoints }, n) => failpoints.hits.length > (before[n] ?? 0)).length;
      if (fired > 0) run.fired(`${fired} stood still`, fired);
    }
  });
}

/** One client that sends each booking when the one before was accepted: whoever overtakes is seen. */
async function askInTurn(run: FaultRun, lastingMs: number): Promise<void> {
  const event = run.workload.hall.plain.id;
  const user = run.workload.people[0]?.userId ?? "";
  const until = performance.now() + lastingMs;
  while (performance.now() < until) {
    await run.workload.requester.send(CLIENT, {
      ...WISH,
      type: "book",
      event,
      user,
      key: null,
      isAsync: true,
    });
    await sleep(ASKING_MS);
  }
}

const ASKING_MS = 5;
const WISH = { quantity: 1, tier: null, seats: null, bestAvailable: false, waitlistIfFull: false } as const;

interface Standing {
  readonly at: string;
  readonly victims: number;
  readonly times: number;
  readonly frozenMs: number;
}

/** The first process of a role is killed as it comes to a point, while bookings are accepted one after the other. */
export function killedAt(stage: Stage, role: "api" | "booking", at: string): Fault {
  return madeFor(`kill -9 at ${at}`, stage, async (run) => {
    await untilUnderWay(run);
    const [victim] = (role === "api" ? run.system.apis : run.system.workers) as readonly RoleProcess[];
    if (victim === undefined) throw new Error(`there is no ${role}`);
    await victim.failpoints.arm(victim.pid, `${at}:${run.dice.between(5, 15)}=kill`);
    await Promise.all([
      victim.endsWithin(KILLED_MS_MAX),
      ...Array.from({ length: ASKERS }, () => askInTurn(run, KILLED_MS)),
    ]);
    run.fired(`${victim.name} (${victim.pid}): ${victim.failpoints.hits.join(", ")}`);
  });
}

const ASKERS = 4;
const KILLED_MS = 1_500;
const KILLED_MS_MAX = 10_000;

/** Turns lose their sessions while they stand still between deciding and writing. */
export function turnsFail(stage: Stage, times: number): Fault {
  return madeFor("sessions end in the middle of turns", stage, async (run) => {
    await untilUnderWay(run);
    for (let time = 0; time < times; time++) {
      const victims = run.system.workers;
      const before = victims.map(({ failpoints }) => failpoints.hits.length);
      await Promise.all(victims.map((one) => one.failpoints.arm(one.pid, `turn.decided=freeze:${LOST_MS}`)));
      await sleep(LOST_MS / 2);
      const hit = victims.filter(({ failpoints }, n) => failpoints.hits.length > (before[n] ?? 0)).length;
      await run.system.db.query(
        `select pg_terminate_backend(pid) from pg_stat_activity
          where application_name = 'evently-turn' and datname = current_database()`,
      );
      if (hit > 0) run.fired(`${hit} turns lost their sessions`, hit);
      await sleep(LOST_MS);
    }
    run.healed("no more sessions are ended");
  });
}

const LOST_MS = 400;

/** Some requests are sent again with their key, one after the other. */
export function keysRepeated(stage: Stage): Fault {
  return madeFor("requests are sent again with their key", stage, async (run) => {
    await untilUnderWay(run);
    const event = run.workload.hall.plain.id;
    for (let at = 0; at < KEYS; at++) {
      const user = run.workload.people[at % run.workload.people.length]?.userId ?? "";
      const op: Book = { ...WISH, type: "book", event, user, key: `again-${run.seed}-${at}`, isAsync: false };
      for (let time = 0; time < TIMES; time++) await run.workload.requester.send(CLIENT, op);
    }
    run.fired(`${KEYS} keys`, KEYS);
  });
}

const KEYS = 10;
const TIMES = 3;
const CLIENT = 1_000;
