import { until } from "../../support/until.ts";
import type { Fault, FaultRun } from "../fault.ts";
import type { RoleProcess } from "../system/role-process.ts";
import { acceptedOf, heldBy, untilTakenOver } from "./held-events.ts";
import { pointNamed, TURN_POINTS } from "./points-of-the-path.ts";
import { untilUnderWay } from "./progress.ts";
import { killAtRandom, RANDOM } from "./random-kills.ts";

const OTHERS_MS_MAX = 1_000;
/** It dies at one of the first times that it comes there. */
const HITS_MAX = 10;
const REACHED_MS_MAX = 10_000;

/**
 * F2: a worker is killed in the middle of a turn. Its batch is wholly decided or not at all, and another goes on with the
 * events that it held. It is stopped first, so that those can be seen.
 */
export const WORKER_KILLED: Fault = {
  id: "F2",
  title: "kill -9 of a worker in its turn",
  points: [...Object.keys(TURN_POINTS), RANDOM],
  quickPoints: ["written"],
  stage: () => ({ system: { workers: 2 }, workload: {} }),
  recoveryMsMax: () => OTHERS_MS_MAX,
  inject: async (run, point) => {
    // Whoever is killed with its COMMIT on the wire counted none of what that made true.
    run.countersMayLag("a worker was killed");
    await untilUnderWay(run);
    if (point === RANDOM) return await killAtRandom(run, "booking", stopAndKill);
    const [victim] = run.system.workers;
    if (victim === undefined) throw new Error("there is no worker");
    const { failpoints } = victim;
    await failpoints.arm(victim.pid, `${pointNamed(point)}:${run.dice.between(1, HITS_MAX)}=stop`);
    await until(`${victim.name} is at ${point}`, () => failpoints.hits.length > 0, REACHED_MS_MAX);
    await stopAndKill(run, victim);
    run.fired(`${victim.name} (${victim.pid}): ${failpoints.hits.join(", ")}`, failpoints.hits.length);
    await untilUnderWay(run);
  },
};

/** Kills it where it stands. Where it holds events, the others have gone on when those are decided about again. */
async function stopAndKill(run: FaultRun, victim: RoleProcess): Promise<void> {
  victim.freeze();
  const held = await heldBy(run, victim);
  const mail = await acceptedOf(run, held);
  await victim.kill();
  const killedAt = performance.now();
  run.recoveryBegins();
  if (held.length === 0) return run.remark("it held no event");
  const tookMs = await untilTakenOver(run, mail, killedAt);
  run.recoveryTook(tookMs);
  run.remark(`${held.length} events that it held were decided about after ${Math.round(tookMs)} ms`);
}
