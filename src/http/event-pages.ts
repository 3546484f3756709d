import { endOf } from "../domain/state.ts";
import type { EventFilter, EventView } from "../domain/views.ts";
import { eventTag, PAGE_TAGS, venueTag } from "./page-tags.ts";
import type { PageRead } from "./pages.ts";
import { etagOf } from "./presenters/event.ts";
import { listEtagOf } from "./reply.ts";

/** One event as a surface shows it at a moment: what it says, its ETag and its end are of the same phase. */
export function pageOfEvent(event: EventView, shown: unknown, nowMs = Date.now()): PageRead {
  return {
    etag: etagOf(event, nowMs),
    body: Buffer.from(JSON.stringify(shown)),
    count: 0,
    total: 0,
    tags: [PAGE_TAGS.events, ...tagsOfEvents([event])],
    goodUntilMs: nextPhaseAt([event], nowMs),
    isKept: true,
  };
}

/**
 * A page of a list of events as a surface shows it.
 * @param list what it is made of: the rows that are shown, one for each event, and how many there are in all
 */
export function pageOfEvents(
  tag: typeof PAGE_TAGS.lists | typeof PAGE_TAGS.popular,
  list: {
    readonly events: readonly EventView[];
    readonly shown: readonly unknown[];
    readonly total: number;
    readonly isKept: boolean;
  },
): PageRead {
  const { events, shown, total, isKept } = list;
  const data = JSON.stringify(shown);
  return {
    etag: listEtagOf(data, total),
    body: Buffer.from(data),
    count: shown.length,
    total,
    tags: [tag, ...tagsOfEvents(events)],
    goodUntilMs: nextPhaseAt(events),
    isKept,
  };
}

/** The page of an event on the canonical surface. */
export const eventKeyOf = (eventId: string) => `v1:event:${eventId}`;

/** By name and place in the alphabet of its fields: equal filters have equal keys. */
export function listKeyOf(surface: string, filter: EventFilter): string {
  const { status, phase, from, until, venueId, category, search, withoutCancelled, limit, offset } = filter;
  return `${surface}:list:${JSON.stringify([status, phase, from, until, venueId, category, search, withoutCancelled, limit, offset])}`;
}

/** Lists by words and by times are as many as people think up; and of the others, those that show nothing. */
export function isKeptList({ search, from, until }: EventFilter, shown: readonly unknown[]): boolean {
  return search === null && from === null && until === null && shown.length > 0;
}

function tagsOfEvents(events: readonly EventView[]): string[] {
  const venues = new Set(events.flatMap(({ venueId }) => (venueId === null ? [] : [venueTag(venueId)])));
  return [...events.map(({ eventId }) => eventTag(eventId)), ...venues];
}

/** When the first of these events begins or ends, which nobody decides: `phase` follows the clock. */
function nextPhaseAt(events: readonly EventView[], nowMs = Date.now()): number | null {
  const times = events.flatMap((event) => [event.startsAt, endOf(event)]).filter((at) => at > nowMs);
  return times.length === 0 ? null : Math.min(...times);
}
