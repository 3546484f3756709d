import { setTimeout as sleep } from "node:timers/promises";
import { until } from "../../support/until.ts";
import type { Fault, FaultRun } from "../fault.ts";
import { ANY_TICKETS, FAULT_CLIENT } from "./asking.ts";
import { ACCEPT_POINTS, pointNamed, TURN_POINTS } from "./points-of-the-path.ts";
import { untilUnderWay } from "./progress.ts";
import { RANDOM } from "./random-kills.ts";
import { bookingsSince, judgeRefusals } from "./refusals.ts";

const HITS_MAX = 10;
const REACHED_MS_MAX = 10_000;
const BACK_MS_MAX = 10_000;
const PAUSE_MS_MAX = 300;
const ASKING_MS = 100;

/**
 * F3: PostgreSQL is killed with all its processes, at the very moment when an API process or a worker is at a step: that
 * one is stopped there first. What was acknowledged survives; meanwhile the API answers 503 with Retry-After.
 */
export const POSTGRES_KILLED: Fault = {
  id: "F3",
  title: "kill -9 of PostgreSQL",
  points: [...Object.keys(ACCEPT_POINTS), ...Object.keys(TURN_POINTS), RANDOM],
  quickPoints: ["commitSent"],
  stage: () => ({ system: { postgres: "own", workers: 1 }, workload: {} }),
  recoveryMsMax: () => BACK_MS_MAX,
  inject: async (run, point) => {
    run.countersMayLag("connections were lost at COMMIT");
    await untilUnderWay(run);
    const killedAt = point === RANDOM ? await killAnyTime(run) : await killWhileAt(run, point);
    await askUntilBack(run);
    run.healed("PostgreSQL was started again by what started it");
    await untilUnderWay(run);
    const refused = judgeRefusals(run, bookingsSince(run, killedAt));
    if (refused === 0) run.violation("nobody was told that there is no database");
  },
};

async function killAnyTime(run: FaultRun): Promise<number> {
  await sleep(run.dice.between(0, PAUSE_MS_MAX));
  return await kill(run, "at random");
}

async function killWhileAt(run: FaultRun, name: string): Promise<number> {
  const { system, dice } = run;
  const [witness] = name in ACCEPT_POINTS ? system.apis : system.workers;
  if (witness === undefined) throw new Error("there is nobody to catch at this step");
  await witness.failpoints.arm(witness.pid, `${pointNamed(name)}:${dice.between(1, HITS_MAX)}=stop`);
  await until(`${witness.name} is at ${name}`, () => witness.failpoints.hits.length > 0, REACHED_MS_MAX);
  const killedAt = await kill(run, `while ${witness.name} was at ${witness.failpoints.hits[0]}`);
  witness.thaw();
  return killedAt;
}

async function kill(run: FaultRun, when: string): Promise<number> {
  await run.system.postgres.kill();
  const at = run.history.now();
  run.recoveryBegins();
  run.fired(`PostgreSQL ${when}`);
  return at;
}

/** Somebody asks for tickets all the while: clients of the workload may all be waiting for earlier ones. */
async function askUntilBack(run: FaultRun): Promise<void> {
  const event = run.workload.hall.plain.id;
  const user = run.workload.people[0]?.userId ?? "";
  const asked: Promise<unknown>[] = [];
  const ask = () => {
    const key = `without database ${run.seed} ${asked.length}`;
    const op = { type: "book", event, user, key, quantity: 1, ...ANY_TICKETS } as const;
    asked.push(run.workload.requester.send(FAULT_CLIENT, op));
  };
  const asking = setInterval(ask, ASKING_MS);
  try {
    ask();
    await until("the database is back", () => canAsk(run), BACK_MS_MAX);
  } finally {
    clearInterval(asking);
    await Promise.all(asked);
  }
}

async function canAsk({ system }: FaultRun): Promise<boolean> {
  return await system.db.query("select 1").then(
    () => true,
    () => false,
  );
}
