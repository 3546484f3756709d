/** What decides which events are compared with one another. */
export interface EventTraits {
  readonly ownerId: string;
  /** "" where it has none. */
  readonly category: string;
  readonly capacity: number;
}

/** In what the events compared with are alike, closest first. */
export const LIKENESSES = [
  "same organizer and category, similar size",
  "same organizer, similar size",
  "same category, similar size",
] as const;
export type Likeness = (typeof LIKENESSES)[number];

/** Similar size: neither more than three times the other's capacity. */
const SIZE_RATIO_MAX = 3;
/** Older ones say less; past this many nothing is gained. */
export const COMPARABLE_EVENTS_MAX = 60;

/**
 * The closest likeness of which there are enough events; where there is none, the closest that has most.
 * @param past newest first
 */
export function comparableTo<Past extends EventTraits>(
  event: EventTraits,
  past: readonly Past[],
  enough: number,
): { readonly likeness: Likeness; readonly events: readonly Past[] } {
  const sized = past.filter(({ capacity }) => isSimilar(capacity, event.capacity));
  const found = LIKENESSES.map((likeness) => ({
    likeness,
    events: sized.filter((other) => isAlike(likeness, event, other)).slice(0, COMPARABLE_EVENTS_MAX),
  }));
  const most = found.reduce((best, next) => (next.events.length > best.events.length ? next : best));
  return found.find(({ events }) => events.length >= enough) ?? most;
}

function isSimilar(one: number, other: number): boolean {
  return Math.max(one, other) <= SIZE_RATIO_MAX * Math.min(one, other);
}

function isAlike(likeness: Likeness, event: EventTraits, other: EventTraits): boolean {
  const sameOwner = event.ownerId === other.ownerId;
  const sameCategory = event.category !== "" && event.category === other.category;
  switch (likeness) {
    case "same organizer and category, similar size":
      return sameOwner && sameCategory;
    case "same organizer, similar size":
      return sameOwner;
    case "same category, similar size":
      return sameCategory;
    default:
      return likeness satisfies never;
  }
}
