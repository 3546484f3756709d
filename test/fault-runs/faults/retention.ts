import { setTimeout as sleep } from "node:timers/promises";
import { purgeExpired } from "../../../src/store/purge.ts";
import { until } from "../../support/until.ts";
import type { Fault, FaultRun } from "../fault.ts";
import type { Book } from "../history/op.ts";
import { untilUnderWay } from "./progress.ts";

const ASKED = 60;
const ACCEPTED_MS_MAX = 5_000;
/** Time for whatever clears away to do so. */
const LASTING_MS = { quick: 500, long: 3_000 } as const;
const HARNESS_CLIENT = 0;

/** F12: what waits is older than every retention. Accepted work is never deleted. */
export const RETENTION: Fault = {
  id: "F12",
  title: "retention shorter than the backlog",
  points: ["aged"],
  quickPoints: ["aged"],
  isLong: true,
  stage: () => ({ system: { workers: 2, effects: 1 }, workload: {} }),
  inject: async (run) => {
    await untilUnderWay(run);
    const { system } = run;
    for (const worker of system.workers) worker.freeze();
    const asked = askForTickets(run);
    await until("a backlog waits", async () => (await waiting(run)) >= ASKED, ACCEPTED_MS_MAX);
    const aged = await ageMailboxes(run);
    run.fired("envelopes past their retention", aged.length);
    await clearAway(run);
    const left = await stillThere(run, aged);
    if (left !== aged.length)
      run.violation(`${aged.length - left} of ${aged.length} waiting envelopes were deleted`);
    for (const worker of system.workers) worker.thaw();
    run.healed("workers go on");
    run.recoveryBegins();
    await asked;
    await untilUnderWay(run);
  },
};

async function askForTickets({ workload, seed }: FaultRun): Promise<void> {
  const ops = Array.from(
    { length: ASKED },
    (_, at): Book => ({
      type: "book",
      event: workload.hall.plain.id,
      user: workload.people[at % workload.people.length]?.userId ?? "",
      key: `run-${seed}-aged-${at}`,
      quantity: 1,
      tier: null,
      seats: null,
      bestAvailable: false,
      waitlistIfFull: false,
      isAsync: true,
    }),
  );
  await Promise.all(ops.map((op) => workload.requester.pursue(HARNESS_CLIENT, op, () => true)));
}

async function waiting({ system }: FaultRun): Promise<number> {
  const { rows } = await system.db.query("select count(*)::integer as n from mailbox.job_common");
  return rows[0].n;
}

/** As if the time to be kept of all of it were over. Its place in line, which is when it came, stays. @returns ids */
async function ageMailboxes({ system }: FaultRun): Promise<string[]> {
  const { rows } = await system.db.query<{ id: string }>(
    "update mailbox.job_common set keep_until = now() - interval '1 day' returning id",
  );
  return rows.map(({ id }) => id);
}

/** All that ever clears away: what the effects role does, and what processes do when they start. */
async function clearAway(run: FaultRun): Promise<void> {
  const { system } = run;
  await purgeExpired(system.db);
  const [effects] = system.effects;
  await effects?.kill();
  await system.start("effects", 0);
  await sleep(run.isQuick ? LASTING_MS.quick : LASTING_MS.long);
}

async function stillThere({ system }: FaultRun, ids: readonly string[]): Promise<number> {
  const { rows } = await system.db.query(
    "select count(*)::integer as n from mailbox.job_common where id = any($1::uuid[])",
    [ids],
  );
  return rows[0].n;
}
