import type { Config } from "../ops/config.ts";
import type { Log } from "../ops/log.ts";
import type { Metrics } from "../ops/metrics.ts";
import { takePriority } from "../ops/priority.ts";
import { holdRealTime } from "../ops/real-time.ts";

/** The lowest there is: what else runs in real time goes first. */
const REAL_TIME_LEVEL = 1;

/** Where this process stands among those that it shares processors with. Nothing is started before it. */
export function composeScheduling(config: Config, metrics: Metrics, log: Log): { close(): void } {
  takePriority(config.API_PRIORITY);
  const realTime = config.API_REALTIME ? holdRealTime(REAL_TIME_LEVEL) : null;
  if (config.API_REALTIME && realTime === null)
    log.warn(
      { needs: "Linux with chrt, two processors, root or CAP_SYS_NICE" },
      "API_REALTIME is not allowed here",
    );
  metrics.gauge(
    "evently_scheduling_realtime",
    "1 while this process runs before all that share its processors by priority (API_REALTIME, and not busy)",
    () => (realTime?.isHeld ? 1 : 0),
  );
  return { close: () => realTime?.close() };
}
