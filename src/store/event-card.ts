import { LRUCache } from "lru-cache";
import type { EventView } from "../domain/views.ts";

const CARDS_MAX = 10_000;
const CARD_MS_MAX = 1_000;

/**
 * Events as of at most a second ago, for facts that hardly change and that no decision rests on: number, currency,
 * names. Requests for one event share one query; an event that does not exist is asked for every time.
 */
export function createEventCards(
  read: (eventId: string) => Promise<EventView | null>,
): (eventId: string) => Promise<EventView | null> {
  const cards = new LRUCache<string, EventView>({ max: CARDS_MAX, ttl: CARD_MS_MAX });
  const underWay = new Map<string, Promise<EventView | null>>();
  return (eventId) => {
    const card = cards.get(eventId);
    if (card !== undefined) return Promise.resolve(card);
    const asked = underWay.get(eventId);
    if (asked !== undefined) return asked;
    const reading = read(eventId)
      .then((event) => {
        if (event !== null) cards.set(eventId, event);
        return event;
      })
      .finally(() => underWay.delete(eventId));
    underWay.set(eventId, reading);
    return reading;
  };
}
