import type { FaultRun } from "../fault.ts";
import type { RoleProcess } from "../system/role-process.ts";
import { pointNamed } from "./points-of-the-path.ts";

/** It dies at one of the first times that it comes there. */
const HITS_MAX = 10;
const KILLED_MS_MAX = 10_000;

/** Has a process kill itself as it comes to a step of a booking. The others have to go on from then. */
export async function killAtPoint(run: FaultRun, victim: RoleProcess, name: string): Promise<void> {
  const hit = run.dice.between(1, HITS_MAX);
  await victim.failpoints.arm(victim.pid, `${pointNamed(name)}:${hit}=kill`);
  await victim.endsWithin(KILLED_MS_MAX);
  run.recoveryBegins();
  const { hits } = victim.failpoints;
  // It may have ended for another reason.
  run.fired(`${victim.name} (${victim.pid}): ${hits.join(", ")}`, hits.length);
}
