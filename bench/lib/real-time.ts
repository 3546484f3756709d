import { setTimeout as sleep } from "node:timers/promises";
import { statOf } from "./cpu.ts";

/** Of the fields of `statOf`, which are those from the third on: the policy is the 41st of all. */
const POLICY_AT = 41 - 3;
/** SCHED_FIFO and SCHED_RR, sched(7). */
const REAL_TIME: readonly string[] = ["1", "2"];

const CHECK_MS = 50;
/** One that was busy with its start is back in real time within six seconds. */
const MS_MAX = 20_000;

/** Whether a process runs before all that share the processors by priority. */
export function runsInRealTime(pid: number): boolean {
  return REAL_TIME.includes(statOf(pid)?.[POLICY_AT] ?? "");
}

/** Waits until a process does. @throws Error where it does not. */
export async function untilRealTime(pid: number): Promise<void> {
  const deadlineMs = performance.now() + MS_MAX;
  while (!runsInRealTime(pid)) {
    if (performance.now() > deadlineMs) throw new Error(`process ${pid} does not run in real time`);
    await sleep(CHECK_MS);
  }
}
