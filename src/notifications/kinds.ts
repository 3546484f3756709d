import type { ChannelName } from "./channel.ts";

/** How people are told of one kind of thing. */
export interface Kind {
  /** The channels that are used first, as long as somebody does not want it otherwise. */
  readonly channels: readonly ChannelName[];
  /** Nobody can switch it off: it is about the safety of their account. */
  readonly isMandatory?: true;
  /** In no list, no history and no push; only its own channels carry it. */
  readonly isInternal?: true;
}

/** Whoever is told stands in front of the screen, or was not waiting for it: the list and the live push are enough. */
const QUIET: Kind = { channels: [] };
const LIVE: Kind = { channels: ["websocket"] };
const USUAL: Kind = { channels: ["websocket", "email"] };
/** Somebody has to act soon. */
const PRESSING: Kind = { channels: ["websocket", "push", "email"] };

/** Everything that people are told of by itself. Other kinds are what somebody sends by hand: `other`. */
export const KINDS = {
  booking_confirmed: USUAL,
  booking_pending: QUIET,
  booking_cancelled: USUAL,
  booking_reduced: USUAL,
  booking_expired: LIVE,
  booking_transferred: USUAL,
  tickets_exchanged: USUAL,
  payment_failed: USUAL,
  refund_owed: USUAL,
  refund_settled: USUAL,
  refund_failed: USUAL,
  waitlist_joined: QUIET,
  waitlist_left: LIVE,
  waitlist_promoted: PRESSING,
  event_cancelled: PRESSING,
  event_update: USUAL,
  system_alert: USUAL,
  password_changed: { channels: ["email"], isMandatory: true },
  password_reset: { channels: ["email"], isMandatory: true, isInternal: true },
  other: USUAL,
} as const satisfies Readonly<Record<string, Kind>>;

export type KindName = keyof typeof KINDS;

/** What a person's preferences call a notification of this type. */
export function kindOf(type: string): KindName {
  return Object.hasOwn(KINDS, type) ? (type as KindName) : "other";
}

export function ruleOf(type: string): Kind {
  return KINDS[kindOf(type)];
}

const ALL_KINDS = Object.keys(KINDS) as KindName[];
/** Kinds that a person decides about. */
export const CHOSEN_KINDS = ALL_KINDS.filter((kind) => ruleOf(kind).isMandatory !== true);
export const MANDATORY_KINDS = ALL_KINDS.filter((kind) => ruleOf(kind).isMandatory === true);
