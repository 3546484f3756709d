import { LRUCache } from "lru-cache";
import { type Seating, type SeatingDraft, seatingOf } from "../domain/seating.ts";

/** Layouts that are remembered, counted by their rows: a stadium has some thousand. */
const ROWS_MAX = 200_000;

/** The seats of events by event. They never change, so what was read once is good for ever. */
export function createSeatings(
  read: (eventId: string) => Promise<SeatingDraft | null>,
): (eventId: string) => Promise<Seating | null> {
  const known = new LRUCache<string, Seating>({
    maxSize: ROWS_MAX,
    sizeCalculation: ({ rows }) => Math.max(1, rows.length),
  });
  return async (eventId) => {
    const seating = known.get(eventId);
    if (seating !== undefined) return seating;
    const draft = await read(eventId);
    if (draft === null) return null;
    const laidOut = seatingOf(draft);
    known.set(eventId, laidOut);
    return laidOut;
  };
}
