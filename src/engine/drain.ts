import { setTimeout as sleep } from "node:timers/promises";
import type { EventId } from "../domain/ids.ts";
import type { Catalog } from "./catalog.ts";
import type { TurnPorts } from "./conclude.ts";
import type { TurnTransaction } from "./ports.ts";
import { takeTurn } from "./turn.ts";

export interface DrainLimits {
  /** Events that share one transaction. */
  readonly turnEventsMax: number;
  /** How long to leave an event alone that another worker holds. */
  readonly heldRetryMs: number;
  /** First and longest pause after a failed turn. */
  readonly faultPauseMs: number;
  readonly faultPauseMsMax: number;
}

export interface DrainPorts {
  readonly catalog: Catalog;
  readonly turns: TurnPorts;
  readonly limits: DrainLimits;
  readonly onFault: (error: unknown, eventIds: readonly EventId[]) => void;
}

/**
 * Takes turns on one connection until told to stop: waits for mail, takes the next events, takes their turn.
 * A turn under way when `signal` aborts is finished; nothing is left half-done either way.
 */
export async function drain(ports: DrainPorts, tx: TurnTransaction, signal: AbortSignal): Promise<void> {
  const { catalog, limits } = ports;
  let pauseMs = limits.faultPauseMs;
  signal.addEventListener("abort", () => catalog.wakeAll(), { once: true });
  while (!signal.aborted) {
    await catalog.arrival();
    // What waits stays in the catalog: somebody may take turns here again.
    const eventIds = signal.aborted ? [] : catalog.next(limits.turnEventsMax);
    if (eventIds.length === 0) continue;
    try {
      const { more, held } = await takeTurn(ports.turns, tx, eventIds);
      catalog.done(eventIds, more);
      retryLater(ports, held);
      pauseMs = limits.faultPauseMs;
    } catch (error) {
      ports.onFault(error, eventIds);
      catalog.failed(eventIds);
      // The pause keeps a broken database from being asked in a tight loop; the mail is still there.
      await sleep(pauseMs, undefined, { signal }).catch(() => undefined);
      pauseMs = Math.min(pauseMs * 2, limits.faultPauseMsMax);
      catalog.hint(eventIds);
    }
  }
}

/** Whoever holds an event may die holding it: ask again soon, without waiting for the sweep. */
function retryLater({ catalog, limits }: DrainPorts, held: readonly EventId[]): void {
  if (held.length > 0) setTimeout(() => catalog.hint(held), limits.heldRetryMs).unref();
}
