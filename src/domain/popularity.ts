import type { EventId } from "./ids.ts";

/** What an event's popularity is made of. */
export interface Popularity {
  readonly eventId: EventId;
  /** Confirmed bookings. */
  readonly bookings: number;
  /** Tickets. */
  readonly sold: number;
  readonly capacity: number;
  /** Bookings made in the last day: at most RECENT_MAX, and no more than are confirmed. */
  readonly recent: number;
}

const DAY_MS = 86_400_000;
export const RECENT_MS = DAY_MS;
/** From this many bookings a day an event cannot be in more demand. */
export const RECENT_MAX = 999;
const SCORE_MAX = 10;

/** Tickets sold of those there are, 0 … 1. */
export function bookingRate({ sold, capacity }: Popularity): number {
  return capacity === 0 ? 0 : sold / capacity;
}

/**
 * 0 … 10: half of it is the share of tickets that are sold, half is demand, log10(1 + bookings of the last day) / 3.
 * The tenth booking of a day says more than the thousandth, hence the logarithm.
 */
export function popularityScore(popularity: Popularity): number {
  const demand = Math.log10(1 + Math.min(popularity.recent, RECENT_MAX)) / Math.log10(1 + RECENT_MAX);
  return (SCORE_MAX * (bookingRate(popularity) + demand)) / 2;
}

/** The most popular first; of equals the one with more bookings, then in the order of ids. */
export function byPopularity(popularities: readonly Popularity[]): Popularity[] {
  const scored = popularities.map((popularity) => ({ popularity, score: popularityScore(popularity) }));
  scored.sort(
    (a, b) =>
      b.score - a.score ||
      b.popularity.bookings - a.popularity.bookings ||
      (a.popularity.eventId < b.popularity.eventId ? -1 : 1),
  );
  return scored.map(({ popularity }) => popularity);
}
