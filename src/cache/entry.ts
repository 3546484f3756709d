import type { Asked, PageRead } from "./page.ts";
import type { TagClock } from "./tag-clock.ts";

/** A page in memory. */
export interface Entry {
  readonly asked: Asked;
  readonly page: PageRead;
  /** The count of invalidations when its read began. */
  readonly begunAt: number;
  /** Monotonic milliseconds at which its read began, whoever made it; or up to a `SPREAD` before. */
  readonly bornMs: number;
  /** Monotonic milliseconds at which it came. */
  readonly readMs: number;
  /** Monotonic milliseconds at which somebody last looked at it or at what was in its place before; null: nobody did. */
  lookedMs: number | null;
}

/** `fresh`: shown. `aging`: shown while it is read anew, as it gets old or as nobody was told yet why it is. `old`: not shown. */
export type State = "fresh" | "aging" | "old";

/** An entry this old, as a share of the bound, is read anew while it is still shown: what is looked at every second never gets old. */
const AGING = 0.8;

/** By so much, as a share of the bound, an entry is taken to be older than it is: what was read together is not read anew together. */
const SPREAD = 0.2;

/** A page that was looked at so lately is watched: the next look comes soon, whether one fell between its last two reads or not. */
const WATCHED_MS = 250;

/** Whether somebody will ask for it again: it is watched, or was looked at since it was read. */
export function isWanted({ lookedMs, readMs }: Entry, nowMs: number): boolean {
  return lookedMs !== null && (lookedMs >= readMs || nowMs - lookedMs < WATCHED_MS);
}

/** @param dice from 0 to 1 */
export function headStartMs(staleMsMax: number, dice: number): number {
  return staleMsMax * SPREAD * dice;
}

/** From then on pages are read anew in the background. @param staleMsMax the bound in milliseconds */
export function freshMsOf(staleMsMax: number): number {
  return staleMsMax * AGING;
}

/** What may be done with an entry at a time in monotonic milliseconds. */
export function stateOf(
  { page, begunAt, bornMs }: Entry,
  at: { readonly clock: TagClock; readonly staleMsMax: number; readonly nowMs: number },
): State {
  const ageMs = at.nowMs - bornMs;
  const isPast = page.goodUntilMs !== null && Date.now() >= page.goodUntilMs;
  if (ageMs >= at.staleMsMax || isPast || !at.clock.mayBeShown(page.tags, begunAt)) return "old";
  return ageMs < freshMsOf(at.staleMsMax) && at.clock.isGood(page.tags, begunAt) ? "fresh" : "aging";
}
