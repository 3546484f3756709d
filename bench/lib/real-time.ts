import { readFileSync } from "node:fs";

/** Of the fields behind the name, which may have spaces (proc(5), `stat`): the policy is the 41st of all. */
const POLICY_AT = 41 - 3;
/** SCHED_FIFO and SCHED_RR, sched(7). */
const REAL_TIME: readonly string[] = ["1", "2"];

/** Whether a process runs before all that share the processors by priority. */
export function runsInRealTime(pid: number): boolean {
  if (process.platform !== "linux") return false;
  const stat = readFileSync(`/proc/${pid}/stat`, "utf8");
  return REAL_TIME.includes(stat.slice(stat.lastIndexOf(")") + 2).split(" ")[POLICY_AT] ?? "");
}
