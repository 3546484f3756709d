/** All pages of a kind. */
export const PAGE_TAGS = { events: "pages", lists: "lists", popular: "popular", seats: "seats" } as const;

/** Whatever shows anything of this event. */
export const eventTag = (eventId: string) => `event:${eventId}`;
/** Whatever shows anything of this venue. */
export const venueTag = (venueId: string) => `venue:${venueId}`;

/** How patterns of the documents that invalidate pages are written; every other one is refused. */
export const PATTERNS = [
  "events:*",
  "events:list:*",
  "events:popular:*",
  "event:ID:*",
  "venue:ID:*",
  "seats:*",
  "seats:ID:*",
  "user:ID:*",
] as const;

const ALL_EVENTS = [PAGE_TAGS.events, PAGE_TAGS.lists, PAGE_TAGS.popular, PAGE_TAGS.seats];
const OF_ALL: Readonly<Record<string, readonly string[]>> = {
  events: ALL_EVENTS,
  "events:list": [PAGE_TAGS.lists],
  "events:popular": [PAGE_TAGS.popular],
  seats: [PAGE_TAGS.seats],
};

const ID = "[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}";
const OF_ONE = new RegExp(`^(events?|seats|venue):(${ID})$`);
/** Documents number people as they like. */
const PERSON = /^user:[0-9a-z-]{1,64}$/;

/**
 * The tags that a pattern stands for; null where it is none of the accepted ones. Nothing of it reaches a cache but an
 * id. Of people nothing is kept, so that theirs stand for no tag.
 * @param pattern with or without `:*` at its end
 */
export function tagsOf(pattern: string): readonly string[] | null {
  const name = pattern.toLowerCase().replace(/:\*$/, "");
  if (Object.hasOwn(OF_ALL, name)) return OF_ALL[name] as readonly string[];
  if (PERSON.test(name)) return [];
  const [, kind, id] = OF_ONE.exec(name) ?? [];
  if (kind === undefined || id === undefined) return null;
  // Seats are shown with everything that an event decides, so that they go with it.
  return [kind === "venue" ? venueTag(id) : eventTag(id)];
}
