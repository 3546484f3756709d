import type { Config } from "../ops/config.ts";
import type { Log } from "../ops/log.ts";
import { createPool } from "../store/database.ts";

/** One accept at a time, whose it is, what was decided, and a look for a decision whose notice was lost. */
const BOOKINGS_MAX = 4;
/** Long for a connection, short for a person: who gets none by then is answered 503. */
const WAIT_MS_MAX = 2_000;

/**
 * The connections of an API process, apart by what must not wait for what: pages that hang take no connection from
 * accepts and decisions, and neither keeps a probe from asking.
 */
export function composePools(url: string, config: Pick<Config, "API_POOL_MAX">, log: Log) {
  const common = { url, log, waitMsMax: WAIT_MS_MAX };
  const pool = createPool({ ...common, name: "evently-api", max: config.API_POOL_MAX });
  const bookings = createPool({ ...common, name: "evently-api", max: BOOKINGS_MAX, keepsIdle: true });
  const health = createPool({ ...common, name: "evently-api-health", max: 1, keepsIdle: true });
  const close = () => Promise.all([pool.end(), bookings.end(), health.end()]);
  return { pool, bookings, health, close };
}
