import type { BookingId, EntryId, UserId } from "./ids.ts";

/** Best first. */
export const PRIORITIES = ["vip", "premium", "basic"] as const;
export type Priority = (typeof PRIORITIES)[number];

/** So often may others be served before a party at the head that nothing fits; then stock is kept for it. */
export const PASSED_OVER_MAX = 10;

/** Somebody who waits. Parties are all-or-nothing. */
export interface Entry {
  readonly id: EntryId;
  readonly userId: UserId;
  readonly quantity: number;
  readonly priority: Priority;
  /** Positions of the tiers that suit; null: any. */
  readonly tiers: readonly number[] | null;
  /** The id that the booking of an offer will have. */
  readonly offerId: BookingId;
  /** How often others were served first while it stood at the head. */
  passedOver: number;
  /** Live tickets of this person, for the limit per person. */
  owned: number;
}

/** Those who wait, by priority and then in the order of joining. A person stands in it once. */
export type Line = Readonly<Record<Priority, Map<UserId, Entry>>>;

export function emptyLine(): Line {
  return { vip: new Map(), premium: new Map(), basic: new Map() };
}

/** In the order of service. */
export function* inOrder(line: Line): Generator<Entry> {
  for (const priority of PRIORITIES) yield* line[priority].values();
}

export function headOf(line: Line): Entry | null {
  for (const priority of PRIORITIES) {
    for (const entry of line[priority].values()) return entry;
  }
  return null;
}

export function entryOf(line: Line, userId: UserId): Entry | null {
  for (const priority of PRIORITIES) {
    const entry = line[priority].get(userId);
    if (entry !== undefined) return entry;
  }
  return null;
}

export function suits(entry: Pick<Entry, "tiers">, tier: number): boolean {
  return entry.tiers === null || entry.tiers.includes(tier);
}
