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
  /** Somebody looked at it since it was read. */
  isWanted: boolean;
}

/** `fresh`: shown. `aging`: shown while it is read anew. `old`: not shown. */
export type State = "fresh" | "aging" | "old";

/** An entry this old, as a share of the bound, is read anew while it is still shown: what is looked at every second never gets old. */
const AGING = 0.8;

/** By so much, as a share of the bound, an entry is taken to be older than it is: what was read together is not read anew together. */
const SPREAD = 0.2;

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
  if (ageMs >= at.staleMsMax || isPast || !at.clock.isGood(page.tags, begunAt)) return "old";
  return ageMs < freshMsOf(at.staleMsMax) ? "fresh" : "aging";
}
