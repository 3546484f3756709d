import { join } from "node:path";
import { pathToFileURL } from "node:url";
import type { FaultRun } from "../fault.ts";
import { CLOCK_WRONG } from "../faults/clock-wrong.ts";
import { ALL_BROKEN } from "./all-broken.ts";
import { keysRepeated, killedAt, POINT, standingStill, turnsFail, underLoad } from "./strikes.ts";
import type { Variant } from "./variant.ts";

/** What the processes of a variant's run load before anything else. */
export const VARIANT_PRELOAD = pathToFileURL(join(import.meta.dirname, "preload.ts")).href;

/** Bookings of one event that does not sell out, answered before they are decided: many in line at once. */
const QUEUE = {
  clients: 24,
  thinkMsMax: 2,
  events: { plain: 100, scarce: 0, limited: 0, seated: 0, paid: 0 },
  kinds: {
    book: 100,
    look: 0,
    confirm: 0,
    checkout: 0,
    callback: 0,
    cancel: 0,
    transfer: 0,
    joinWaitlist: 0,
    leaveWaitlist: 0,
    capacity: 0,
    read: 0,
  },
} as const;
/** Few clients, so that most of what is in line is what the strike itself sends. */
const QUIET = { ...QUEUE, clients: 3, thinkMsMax: 20 } as const;
/** Of events that are sold out soon. */
const RUSH = { ...QUEUE, events: { plain: 20, scarce: 80, limited: 0, seated: 0, paid: 0 } } as const;
/** Of holds that nobody pays for. */
const HOLDS = { ...QUEUE, events: { plain: 10, scarce: 0, limited: 0, seated: 0, paid: 90 } } as const;

type Shown = Pick<Variant, "fault" | "runsMax" | "isQuick"> & { readonly point?: string };

/** What makes each of them visible, by its name. */
const SHOWN: Readonly<Record<string, Shown>> = {
  "no-actor-lock": {
    fault: standingStill({ workload: QUIET }, { at: "turn.decided", victims: 1, times: 6, frozenMs: 300 }),
    runsMax: 4,
    isQuick: false,
  },
  "lock-after-fetch": {
    fault: standingStill({ workload: QUIET }, { at: "turn.fetched", victims: 1, times: 6, frozenMs: 300 }),
    runsMax: 4,
    isQuick: false,
  },
  "settled-outside": {
    fault: killedAt({ workload: QUIET }, "booking", "turn.decided"),
    runsMax: 4,
    isQuick: false,
  },
  "reply-before-commit": {
    fault: killedAt({ system: { apis: 2 }, workload: QUIET }, "api", "accept.sent"),
    runsMax: 5,
    isQuick: false,
  },
  "expiry-by-own-clock": { fault: CLOCK_WRONG, point: "booking+1h", runsMax: 3, isQuick: false },
  "keys-not-unique": { fault: keysRepeated({}), runsMax: 2, isQuick: true },
  "takeover-skips-rows": {
    fault: killedAt({ workload: QUIET }, "booking", "turn.decided"),
    runsMax: 4,
    isQuick: false,
  },
  "holds-left-behind": { fault: underLoad({ workload: HOLDS }, 4_000), runsMax: 4, isQuick: false },
  "double-expiry": { fault: underLoad({ workload: HOLDS }, 4_000), runsMax: 3, isQuick: false },
  "capacity-off-by-one": {
    fault: underLoad({ workload: RUSH }, 2_000, withoutChecks),
    runsMax: 3,
    isQuick: true,
  },
  "dropped-retry": {
    fault: turnsFail({ system: { workers: 1 }, workload: QUEUE }, 3),
    runsMax: 3,
    isQuick: false,
  },
  "wrong-order": {
    fault: standingStill({ workload: QUIET }, { at: "turn.committed", victims: 2, times: 6, frozenMs: 300 }),
    runsMax: 4,
    isQuick: true,
  },
  "stale-activation": { fault: underLoad({ workload: RUSH }, 2_500), runsMax: 4, isQuick: false },
};

/** Every way in which the product is broken on purpose. */
export const ALL_VARIANTS: readonly Variant[] = ALL_BROKEN.map((broken) => {
  const shown = SHOWN[broken.name];
  if (shown === undefined) throw new Error(`invariant: nothing shows ${broken.name}`);
  return { ...broken, point: POINT, ...shown };
});

/** The database's own look at stock would refuse what the variant sells. */
async function withoutChecks({ system: { db } }: FaultRun): Promise<void> {
  const { rows } = await db.query<{ name: string }>(
    `select quote_ident(conname) as name from pg_constraint
      where conrelid = 'tier'::regclass and contype = 'c' and pg_get_constraintdef(oid) like '%capacity%'`,
  );
  for (const { name } of rows) await db.query(`alter table tier drop constraint ${name}`);
}
