import type { Fault } from "../fault.ts";
import { killAtPoint } from "./kill-at-point.ts";
import { ACCEPT_POINTS } from "./points-of-the-path.ts";
import { untilUnderWay } from "./progress.ts";
import { killAtRandom, RANDOM } from "./random-kills.ts";

const OTHERS_MS_MAX = 1_000;

/**
 * F1: an API process is killed while it has requests. Whoever heard nothing asks another with the same key and is told
 * of the same booking; every 2xx that was heard has one outcome.
 */
export const API_KILLED: Fault = {
  id: "F1",
  title: "kill -9 of an API process in a request",
  points: [...Object.keys(ACCEPT_POINTS), RANDOM],
  quickPoints: ["acceptCommitted"],
  stage: () => ({ system: { apis: 2, workers: 1 }, workload: {} }),
  recoveryMsMax: () => OTHERS_MS_MAX,
  inject: async (run, point) => {
    run.countersMayLag("an API process was killed");
    await untilUnderWay(run);
    if (point === RANDOM) return await killAtRandom(run, "api");
    const [victim] = run.system.apis;
    if (victim === undefined) throw new Error("there is no API process");
    await killAtPoint(run, victim, point);
    await untilUnderWay(run);
  },
};
