import { LRUCache } from "lru-cache";
import type { EventId } from "../../domain/ids.ts";
import type { Queryable } from "../database.ts";

interface Card {
  readonly name: string;
  readonly currency: string;
}

const CARDS_MAX = 10_000;
const CARD_MS_MAX = 5_000;

/** What notifications say about events, as of at most a few seconds ago; those that are not known are read together. */
export function createNotificationCards(
  db: Queryable,
): (eventIds: readonly EventId[]) => Promise<Map<EventId, Card>> {
  const cards = new LRUCache<EventId, Card>({ max: CARDS_MAX, ttl: CARD_MS_MAX });
  return async (eventIds) => {
    const found = new Map<EventId, Card>();
    const unknown: EventId[] = [];
    for (const eventId of eventIds) {
      const card = cards.get(eventId);
      if (card === undefined) unknown.push(eventId);
      else found.set(eventId, card);
    }
    if (unknown.length === 0) return found;
    const { rows } = await db.query<Card & { eventId: EventId }>({
      name: "notification-cards",
      text: `select event_id as "eventId", name, currency from event where event_id = any($1::uuid[])`,
      values: [unknown],
    });
    for (const { eventId, name, currency } of rows) {
      cards.set(eventId, { name, currency });
      found.set(eventId, { name, currency });
    }
    return found;
  };
}
