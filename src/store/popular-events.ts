import { byPopularity, type Popularity, RECENT_MAX, RECENT_MS } from "../domain/popularity.ts";
import type { EventView } from "../domain/views.ts";
import type { Queryable } from "./database.ts";
import { eventsByIds } from "./queries/events.ts";
import { popularities } from "./queries/popular-events.ts";

const RANKING_MS_MAX = 2_000;

/** A page of what sells best, and how many events are to come in all. */
export type PopularEvents = (page: { readonly limit: number; readonly offset: number }) => Promise<{
  readonly events: readonly (Popularity & { readonly event: EventView })[];
  readonly total: number;
}>;

/**
 * Events by popularity. The ranking is at most two seconds old, and made once for all who ask meanwhile; what is shown of
 * each event is as it is now.
 */
export function createPopularEvents(db: Queryable, nowMs: () => number = Date.now): PopularEvents {
  let ranking: { readonly made: Promise<readonly Popularity[]>; readonly goodUntilMs: number } | null = null;
  const rank = async () => byPopularity(await popularities(db, nowMs() - RECENT_MS, RECENT_MAX));
  const ranked = () => {
    if (ranking !== null && ranking.goodUntilMs > nowMs()) return ranking.made;
    const fresh = { made: rank(), goodUntilMs: nowMs() + RANKING_MS_MAX };
    ranking = fresh;
    fresh.made.catch(() => {
      if (ranking === fresh) ranking = null;
    });
    return fresh.made;
  };
  return async ({ limit, offset }) => {
    const all = await ranked();
    const page = all.slice(offset, offset + limit);
    const events = await eventsByIds(
      db,
      page.map(({ eventId }) => eventId),
    );
    const byId = new Map(events.map((event) => [event.eventId, event]));
    const shown = page.flatMap((popularity) => {
      const event = byId.get(popularity.eventId);
      // Cancelled since the ranking was made.
      return event === undefined || event.status !== "active" ? [] : [{ ...popularity, event }];
    });
    return { events: shown, total: all.length };
  };
}
