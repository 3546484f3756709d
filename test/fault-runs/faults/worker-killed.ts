import type { Fault } from "../fault.ts";
import { killAtPoint } from "./kill-at-point.ts";
import { TURN_POINTS } from "./points-of-the-path.ts";
import { untilUnderWay } from "./progress.ts";
import { killAtRandom, RANDOM } from "./random-kills.ts";

const OTHERS_MS_MAX = 1_000;

/** F2: a worker is killed in the middle of a turn. Its batch is wholly decided or not at all, and another goes on. */
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
    if (point === RANDOM) return await killAtRandom(run, "booking");
    const [victim] = run.system.workers;
    if (victim === undefined) throw new Error("there is no worker");
    await killAtPoint(run, victim, point);
    await untilUnderWay(run);
  },
};
