import { diceFor } from "./dice.ts";

/** What a client may set out to do next. Which requests that takes, the answers say. */
export type IntentKind =
  | "book"
  | "look"
  | "confirm"
  | "checkout"
  | "callback"
  | "cancel"
  | "transfer"
  | "joinWaitlist"
  | "leaveWaitlist"
  | "capacity"
  | "read";

/** The events of a workload; `EVENTS` says how each sells. */
export type EventName = "plain" | "scarce" | "limited" | "seated" | "paid";

export interface Mix {
  readonly kinds: Readonly<Record<IntentKind, number>>;
  readonly events: Readonly<Record<EventName, number>>;
  /** Of a hundred requests that can have one, so many have a key. */
  readonly keyedPercent: number;
  /** Of a hundred bookings, so many want to be answered before they are decided. */
  readonly asyncPercent: number;
}

/** About what a busy evening looks like. */
const KINDS: Mix["kinds"] = {
  book: 40,
  look: 8,
  confirm: 12,
  checkout: 3,
  callback: 4,
  cancel: 10,
  transfer: 4,
  joinWaitlist: 6,
  leaveWaitlist: 2,
  capacity: 2,
  read: 9,
};
const EVENTS: Mix["events"] = { plain: 25, scarce: 25, limited: 10, seated: 20, paid: 20 };

/** A weight becomes at least this percentage of itself, and at most the other. */
const SHARE_PERCENT_MIN = 40;
const SHARE_PERCENT_MAX = 200;

/** The mix of a seed: each evening is a little different. @param wished weights that are fixed whatever the seed */
export function mixOf(
  seed: number,
  wished: { readonly kinds?: Partial<Mix["kinds"]>; readonly events?: Partial<Mix["events"]> } = {},
): Mix {
  const dice = diceFor(seed, "mix");
  const vary = <T extends string>(weights: Readonly<Record<T, number>>) =>
    Object.fromEntries(
      Object.entries<number>(weights).map(([name, weight]) => [
        name,
        weight * dice.between(SHARE_PERCENT_MIN, SHARE_PERCENT_MAX),
      ]),
    ) as Record<T, number>;
  const scaled = <T extends string>(weights: Partial<Record<T, number>> = {}) =>
    Object.fromEntries(
      Object.entries<number | undefined>(weights).map(([name, weight = 0]) => [name, weight * 100]),
    ) as Partial<Record<T, number>>;
  return {
    kinds: { ...vary(KINDS), ...scaled(wished.kinds) },
    events: { ...vary(EVENTS), ...scaled(wished.events) },
    keyedPercent: dice.between(60, 95),
    asyncPercent: dice.between(10, 50),
  };
}
