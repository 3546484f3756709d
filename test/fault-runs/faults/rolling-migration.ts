import { setTimeout as sleep } from "node:timers/promises";
import type { RoleName } from "../../support/system.ts";
import type { Fault, FaultRun } from "../fault.ts";
import {
  findOlderVersion,
  migrateToToday,
  type OlderVersion,
  unpackOlderVersion,
} from "../injections/older-version.ts";
import type { RoleProcess } from "../system/role-process.ts";
import { untilUnderWay } from "./progress.ts";
import { bookingsBetween, judgeRefusals } from "./refusals.ts";

const TOGETHER_MS = { quick: 800, long: 4_000 };
const STOPPED_MS_MAX = 15_000;
const REQUEST_MS_MAX = 8_000;
const REFUSAL_MS_MAX = 1_000;
/** Requests to a process that leaves have their answers by then. */
const IN_FLIGHT_MS = 500;

/** Unpacked once, when it is first asked for. */
let older: OlderVersion | null = null;

/**
 * F15: the newest migration is brought in while the version before it sells; then both versions sell together, and at
 * last the old one leaves: its API processes are asked nothing new, as a balancer would have it, and end in order.
 */
export const ROLLING_MIGRATION: Fault = {
  id: "F15",
  title: "migration during traffic, old and new version together",
  points: ["newest"],
  quickPoints: ["newest"],
  isLong: true,
  needs: async () => {
    const found = findOlderVersion();
    if ("reason" in found) return found.reason;
    older ??= unpackOlderVersion(found);
    return null;
  },
  stage: () => ({
    system: { workers: 1, ...(older === null ? {} : { olderVersion: older.folder }) },
    workload: { clients: 8, thinkMsMax: 20, requestMsMax: REQUEST_MS_MAX },
  }),
  inject: async (run) => {
    if (older === null) throw new Error("there is no older version");
    await untilUnderWay(run);
    const from = run.history.now();
    const old = [...run.system.processes];
    await migrateToToday(run.system.databaseUrl);
    run.fired(`${older.unknown.join(", ")} under ${older.commit.slice(0, 12)}`);
    await untilUnderWay(run);
    await startToday(run);
    await sleep(run.isQuick ? TOGETHER_MS.quick : TOGETHER_MS.long);
    await untilUnderWay(run);
    await leave(run, old);
    run.healed("today's version is alone");
    await untilUnderWay(run);
    judge(run, from);
  },
};

/** Today's processes in the places of the old ones, which are still there and keep their ports. */
async function startToday({ system }: FaultRun): Promise<void> {
  const roles: readonly RoleName[] = ["api", "booking", "effects"];
  for (const role of roles) await system.start(role, 0, { version: null, env: { PORT: "0" } });
}

async function leave({ system }: FaultRun, old: readonly RoleProcess[]): Promise<void> {
  for (const one of old.filter(({ launch }) => launch.role === "api")) {
    system.apis.splice(system.apis.indexOf(one), 1);
  }
  await sleep(IN_FLIGHT_MS);
  await Promise.all(
    old.map(async (one) => {
      one.signal("SIGTERM");
      await one.endsWithin(STOPPED_MS_MAX);
    }),
  );
}

/** Not one booking may have failed, be it by a 5xx or for want of an answer. */
function judge(run: FaultRun, from: number): void {
  const asked = bookingsBetween(run, from, run.history.now());
  const refused = judgeRefusals(run, asked, REFUSAL_MS_MAX);
  if (refused > 0) run.violation(`${refused} bookings were refused over a migration`);
  const unanswered = asked.filter(({ done }) => done !== null && done.status === null);
  const [first] = unanswered;
  if (first !== undefined) run.violation(`${unanswered.length} bookings had no answer: ${first.done?.code}`);
}
