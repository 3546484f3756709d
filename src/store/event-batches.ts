import { setImmediate as nextRound } from "node:timers/promises";
import type { EventView } from "../domain/views.ts";

const BATCH_MAX = 100;
/** Pages take no more connections than this from bookings, however many are read. */
const QUERIES_MAX = 2;

interface Wish {
  readonly eventId: string;
  readonly resolve: (event: EventView | null) => void;
  readonly reject: (error: unknown) => void;
}

/**
 * Events by id, as they are once they are asked for: what is wished for in one round of the event loop, or while others are
 * read, is one query. Where events are read one by one and often, that costs the database a fraction.
 */
export function createEventBatches(
  read: (eventIds: readonly string[]) => Promise<readonly EventView[]>,
): (eventId: string) => Promise<EventView | null> {
  let wishes: Wish[] = [];
  let running = 0;
  const run = async () => {
    await nextRound();
    while (wishes.length > 0) {
      const batch = wishes.slice(0, BATCH_MAX);
      wishes = wishes.slice(BATCH_MAX);
      await fulfil(batch, read);
    }
    running -= 1;
  };
  return (eventId) =>
    new Promise((resolve, reject) => {
      wishes.push({ eventId, resolve, reject });
      if (running >= QUERIES_MAX) return;
      running += 1;
      void run();
    });
}

async function fulfil(
  batch: readonly Wish[],
  read: (eventIds: readonly string[]) => Promise<readonly EventView[]>,
): Promise<void> {
  try {
    const events = await read([...new Set(batch.map(({ eventId }) => eventId))]);
    const byId = new Map(events.map((event) => [String(event.eventId), event]));
    for (const { eventId, resolve } of batch) resolve(byId.get(eventId) ?? null);
  } catch (error) {
    for (const { reject } of batch) reject(error);
  }
}
