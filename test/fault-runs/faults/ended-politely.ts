import type { RoleName } from "../../support/system.ts";
import type { Fault } from "../fault.ts";
import { untilUnderWay } from "./progress.ts";

/** Longer than a request waits for its decision (1.5 s here), with some time to close everything. */
const DRAIN_MS_MAX = 4_000;

/** F21: SIGTERM under load. What was acknowledged is kept, the process drains in time and ends with 0. */
export const ENDED_POLITELY: Fault = {
  id: "F21",
  title: "SIGTERM under load",
  points: ["api", "booking", "effects"],
  quickPoints: ["api"],
  stage: (point) => ({
    system: { apis: point === "api" ? 2 : 1, workers: point === "booking" ? 2 : 1 },
    workload: {},
  }),
  inject: async (run, point) => {
    await untilUnderWay(run);
    const role = point as RoleName;
    const leaving = run.system.processes.find(({ launch }) => launch.role === role);
    if (leaving === undefined) throw new Error(`there is no ${role}`);
    const began = performance.now();
    leaving.signal("SIGTERM");
    run.recoveryBegins();
    run.fired(`${leaving.name} (${leaving.pid})`);
    await leaving.endsWithin(3 * DRAIN_MS_MAX);
    const tookMs = Math.round(performance.now() - began);
    run.remark(`${leaving.name} drained in ${tookMs} ms`);
    if (tookMs > DRAIN_MS_MAX)
      run.violation(`${leaving.name} drained in ${tookMs} ms; ${DRAIN_MS_MAX} ms are allowed`);
    const code = await leaving.ended();
    if (code !== 0) run.violation(`${leaving.name} ended with ${code} after SIGTERM`);
    await run.system.start(role, leaving.launch.at);
    await untilUnderWay(run);
  },
};
