import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { pathToFileURL } from "node:url";
import type { RoleName } from "../../support/system.ts";
import type { Fault, FaultRun } from "../fault.ts";
import { untilUnderWay } from "./progress.ts";

const PRELOAD = pathToFileURL(join(import.meta.dirname, "../clock/preload.ts")).href;
const HOUR_MS = 3_600_000;
/** Long enough for holds to expire, which live one to three seconds. */
const LASTING_MS = { quick: 3_000, long: 5_000 } as const;
/** Two readings of one clock, one of them by way of a request. */
const TOLERANCE_MS = 60_000;

const POINTS = ["api+1h", "api-1h", "booking+1h", "booking-1h", "effects+1h", "effects-1h"];

/** F7: the clock of one process is an hour off. Holds expire by the database's clock alone. */
export const CLOCK_WRONG: Fault = {
  id: "F7",
  title: "the clock of one process is an hour off",
  points: POINTS,
  quickPoints: ["api+1h"],
  stage: (point) => {
    const { role, offsetMs } = parsed(point);
    const isMeant = (one: RoleName, at: number) => one === role && at === 0;
    return {
      system: {
        preloadsOf: (one, at) => (isMeant(one, at) ? [PRELOAD] : []),
        envOf: (one, at) => (isMeant(one, at) ? { EVENTLY_CLOCK_OFFSET_MS: String(offsetMs) } : {}),
      },
      workload: { kinds: { book: 55, confirm: 5 }, events: { paid: 60 } },
    };
  },
  inject: async (run, point) => {
    await untilUnderWay(run);
    await sleep(run.isQuick ? LASTING_MS.quick : LASTING_MS.long);
    const { role, offsetMs } = parsed(point);
    const seenMs = await clockErrorMs(run, role);
    const isWrong = Math.abs(seenMs - offsetMs) < TOLERANCE_MS;
    run.fired(`the clock of ${role} 0 is ${Math.round(seenMs / 1_000)} s off`, isWrong ? 1 : 0);
    await untilUnderWay(run);
  },
};

function parsed(point: string): { readonly role: RoleName; readonly offsetMs: number } {
  const [, role, sign] = /^(\w+)([+-])1h$/.exec(point) ?? [];
  return { role: role as RoleName, offsetMs: sign === "-" ? -HOUR_MS : HOUR_MS };
}

/** How far a process's clock is from ours, by the start time that its metrics tell and how long it has been up. */
async function clockErrorMs({ system }: FaultRun, role: RoleName): Promise<number> {
  const process = system.processes.find(({ launch }) => launch.role === role && launch.at === 0);
  if (process === undefined) throw new Error(`there is no ${role}`);
  const text = await (await fetch(`${process.directUrl}/metrics`)).text();
  const [, startedS] = /^\w*process_start_time_seconds (\d+(?:\.\d+)?)/m.exec(text) ?? [];
  if (startedS === undefined) throw new Error(`${process.name} does not tell when it was started`);
  return Number(startedS) * 1_000 - process.startedAt;
}
