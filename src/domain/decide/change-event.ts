import type { ChangeEvent, EventChanges } from "../command.ts";
import type { Decision } from "../outcome.ts";
import type { Refusal } from "../refusal.ts";
import { type EventState, saleStatusAt, type World } from "../state.ts";
import { refuse } from "./refuse.ts";

/** Changes what an organiser may change. Prices apply to decisions after this one. */
export function changeEvent({ state }: World, command: ChangeEvent, now: number): Decision {
  if (state.status === "cancelled") return refuse("EventCancelled");
  if (command.expectedVersion !== undefined && command.expectedVersion !== state.version) {
    return refuse("VersionMismatch", { version: state.version });
  }
  const changes = withTierNamed(state, command.changes);
  if (changes === null) return refuse("TiersAreSeveral", { tiers: state.tiers.map(offer) });
  const refusal = tierRefusal(state, changes) ?? timeRefusal(state, changes, now);
  if (refusal !== null) return refuse(refusal.reason, refusal.facts);
  const saleStatus = saleStatusAt({ ...state, ...timesOf(changes) }, now);
  return [{ type: "EventChanged", changes, saleStatus, version: state.version + 1 }];
}

/** A bare price or capacity means the only tier; null where there are several. */
function withTierNamed(state: EventState, changes: EventChanges): EventChanges | null {
  const { priceMinor, capacity, ...rest } = changes;
  if (priceMinor === undefined && capacity === undefined) return changes;
  const [only, second] = state.tiers;
  if (only === undefined || second !== undefined) return null;
  const change = {
    name: only.name,
    ...(priceMinor === undefined ? {} : { priceMinor }),
    ...(capacity === undefined ? {} : { capacity }),
  };
  return { ...rest, tiers: [change] };
}

function tierRefusal(state: EventState, changes: EventChanges): Refusal | null {
  for (const change of changes.tiers ?? []) {
    const tier = state.tiers.find(({ name }) => name === change.name);
    if (tier === undefined) {
      if (change.priceMinor !== undefined && change.capacity !== undefined) continue;
      return { reason: "TierNotFound", facts: { tier: change.name, tiers: state.tiers.map(offer) } };
    }
    const sold = tier.sold + tier.held;
    if (change.capacity !== undefined && change.capacity < sold) {
      return { reason: "CapacityBelowSold", facts: { tier: tier.name, sold } };
    }
  }
  return null;
}

function timeRefusal(state: EventState, changes: EventChanges, now: number): Refusal | null {
  const times = { ...state, ...timesOf(changes) };
  const wrong =
    (times.endsAt !== null && times.endsAt <= times.startsAt) ||
    (times.saleStartsAt !== null && times.saleEndsAt !== null && times.saleEndsAt <= times.saleStartsAt) ||
    (changes.startsAt !== undefined && changes.startsAt <= now);
  return wrong ? { reason: "TimesInconsistent", facts: {} } : null;
}

function timesOf({ startsAt, endsAt, saleStartsAt, saleEndsAt }: EventChanges) {
  return {
    ...(startsAt === undefined ? {} : { startsAt }),
    ...(endsAt === undefined ? {} : { endsAt }),
    ...(saleStartsAt === undefined ? {} : { saleStartsAt }),
    ...(saleEndsAt === undefined ? {} : { saleEndsAt }),
  };
}

function offer(tier: EventState["tiers"][number]) {
  return { tier: tier.name, available: tier.capacity - tier.held - tier.sold, priceMinor: tier.priceMinor };
}
