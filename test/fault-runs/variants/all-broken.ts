import { CAPACITY_OFF_BY_ONE } from "./broken/capacity-off-by-one.ts";
import { DOUBLE_EXPIRY } from "./broken/double-expiry.ts";
import { DROPPED_RETRY } from "./broken/dropped-retry.ts";
import { EXPIRY_BY_OWN_CLOCK } from "./broken/expiry-by-own-clock.ts";
import { HOLDS_LEFT_BEHIND } from "./broken/holds-left-behind.ts";
import { KEYS_NOT_UNIQUE } from "./broken/keys-not-unique.ts";
import { LOCK_AFTER_FETCH } from "./broken/lock-after-fetch.ts";
import { NO_ACTOR_LOCK } from "./broken/no-actor-lock.ts";
import { REPLY_BEFORE_COMMIT } from "./broken/reply-before-commit.ts";
import { SETTLED_OUTSIDE } from "./broken/settled-outside.ts";
import { STALE_ACTIVATION } from "./broken/stale-activation.ts";
import { TAKEOVER_SKIPS_ROWS } from "./broken/takeover-skips-rows.ts";
import { WRONG_ORDER } from "./broken/wrong-order.ts";
import type { Broken } from "./variant.ts";

/**
 * Every way in which the product is broken on purpose. Apart from what makes it visible, because the processes of the
 * product load this, and have no use for faults and workloads.
 */
export const ALL_BROKEN: readonly Broken[] = [
  NO_ACTOR_LOCK,
  LOCK_AFTER_FETCH,
  SETTLED_OUTSIDE,
  REPLY_BEFORE_COMMIT,
  EXPIRY_BY_OWN_CLOCK,
  KEYS_NOT_UNIQUE,
  TAKEOVER_SKIPS_ROWS,
  DOUBLE_EXPIRY,
  HOLDS_LEFT_BEHIND,
  CAPACITY_OFF_BY_ONE,
  DROPPED_RETRY,
  WRONG_ORDER,
  STALE_ACTIVATION,
];
