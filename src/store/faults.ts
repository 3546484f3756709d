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
    throw faultOf(error);
  }
}

/** The fault that an error of the database is where the same work may succeed later; any other error as it is. */
export function faultOf(error: unknown): unknown {
  if (error instanceof Fault || !isUnavailable(error)) return error;
  return new Fault("StoreUnavailable", "the database is not available", {
    retryAfterMs: RETRY_AFTER_MS,
    cause: error,
  });
}
