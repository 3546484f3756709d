import type pg from "pg";
import { ForecasterLoop } from "../forecast/forecaster-loop.ts";
import type { Log } from "../ops/log.ts";
import type { Rush } from "../ops/rush.ts";
import { createForecastStore } from "../store/forecasts/forecast-store.ts";
import { knownDay } from "../store/forecasts/progress.ts";

/** What makes the day's forecasts, in the effects process. */
export function composeForecasts(options: {
  readonly pool: pg.Pool;
  readonly newId: () => string;
  readonly rush: Pick<Rush, "isOn">;
  readonly log: Log;
}): ForecasterLoop {
  const { pool, newId, rush, log } = options;
  return new ForecasterLoop({
    store: createForecastStore(pool, newId()),
    knownDay: () => knownDay(pool),
    rush,
    log,
  });
}
