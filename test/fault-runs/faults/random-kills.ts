import { setTimeout as sleep } from "node:timers/promises";
import type { RoleName } from "../../support/system.ts";
import type { FaultRun } from "../fault.ts";
import type { RoleProcess } from "../system/role-process.ts";

/** The point at which the moment is the killer's, outside of the process. */
export const RANDOM = "random";
const KILLS = { quick: 1, long: 3 } as const;
const PAUSE_MS_MAX = 400;

/**
 * Kills a process of a role at a random moment, starts another in its place, and does it again.
 * @param kill kill -9, and what is to be seen of it
 */
export async function killAtRandom(run: FaultRun, role: RoleName, kill = killOutright): Promise<void> {
  const { system, dice } = run;
  for (let time = 0; time < (run.isQuick ? KILLS.quick : KILLS.long); time++) {
    await sleep(dice.between(0, PAUSE_MS_MAX));
    const living = system.processes.filter(({ launch }) => launch.role === role);
    const victim = living[dice.between(0, living.length - 1)];
    if (victim === undefined) throw new Error(`there is no ${role} to kill`);
    await kill(run, victim);
    run.fired(`${victim.name} (${victim.pid}) at random`);
    await system.start(role, victim.launch.at);
  }
}

async function killOutright(run: FaultRun, victim: RoleProcess): Promise<void> {
  await victim.kill();
  run.recoveryBegins();
}
