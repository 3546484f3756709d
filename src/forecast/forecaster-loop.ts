import type { Log } from "../ops/log.ts";
import { WorkLoop } from "../ops/work-loop.ts";
import { forecastDaily } from "./daily.ts";
import { type Day, FORECAST_DAYS, type ForecastStore, type ScopeHistory } from "./ports.ts";
import { predictEvents } from "./predict-events.ts";

export interface ForecasterLoopPorts {
  readonly store: ForecastStore;
  /** The day of which all before it is added up; null: not yet, or analytics are being rebuilt. */
  readonly knownDay: () => Promise<Day | null>;
  readonly rush: { readonly isOn: boolean };
  readonly log: Log;
}

/** Scopes of one step: each takes up to 50 ms of processor time, between which others have their turn. */
const SCOPES_MAX = 10;
const EVENTS_MAX = 20;
/** How soon it is looked again where all is made or another process is at it, and where it is not time yet. */
const LOOK_MS = 60_000;
const WAIT_MS = 3_000;
const BETWEEN_STEPS_MS = 200;

/**
 * Makes the day's forecasts once the day before is over and added up, a few at a time and never in a rush. Any number of
 * processes may run it: one works, the keys of the tables let each forecast in once, and what a killed one left is made later.
 */
export class ForecasterLoop {
  readonly #ports: ForecasterLoopPorts;
  readonly #loop = new WorkLoop((signal) => this.#round(signal));

  constructor(ports: ForecasterLoopPorts) {
    this.#ports = ports;
  }

  start(): void {
    this.#loop.start();
  }

  /** Resolves when the step under way is over. */
  close(): Promise<void> {
    return this.#loop.close();
  }

  async #round(signal: AbortSignal): Promise<number> {
    const { store, knownDay, rush, log } = this.#ports;
    if (rush.isOn || signal.aborted) return WAIT_MS;
    try {
      const today = await knownDay();
      if (today === null) return WAIT_MS;
      if (!(await store.claim(today))) return LOOK_MS;
      return (await makeForecasts(store, today)) ? LOOK_MS : BETWEEN_STEPS_MS;
    } catch (error) {
      log.warn({ error: String(error) }, "forecasts cannot be made; trying again");
      return LOOK_MS;
    }
  }
}

/** One step of a day's forecasts. @returns whether all of them are made */
export async function makeForecasts(store: ForecastStore, today: Day): Promise<boolean> {
  const scopes = await store.dueScopes(today, SCOPES_MAX);
  const made: (ReturnType<typeof forecastDaily> & { scopeId: string })[] = [];
  for (const scope of scopes) made.push(await forecastScope(scope));
  if (made.length > 0) await store.saveScopes(today, made);
  const events = await store.dueEvents(today, EVENTS_MAX);
  if (events.length > 0) await store.saveEvents(today, await predictEvents(store, today, events));
  const isDone = scopes.length < SCOPES_MAX && events.length < EVENTS_MAX;
  if (isDone) await store.finish(today);
  return isDone;
}

/** Lets whatever else this process does come first. */
async function forecastScope({ scopeId, counts }: ScopeHistory) {
  await new Promise((resolve) => setImmediate(resolve));
  return { scopeId, ...forecastDaily(counts, FORECAST_DAYS) };
}
