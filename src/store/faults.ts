import { Fault } from "../ops/fault.ts";
import { isUnavailable } from "./database.ts";

const RETRY_AFTER_MS = 1_000;

/**
 * Runs database work and turns what may succeed later (no connection, shutdown, lock time-out, …) into
 * Fault "StoreUnavailable". Other errors pass as they are.
 */
export async function orFault<T>(work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    if (error instanceof Fault || !isUnavailable(error)) throw error;
    throw new Fault("StoreUnavailable", "the database is not available", {
      retryAfterMs: RETRY_AFTER_MS,
      cause: error,
    });
  }
}
