import type { ChangeEvent } from "../command.ts";
import type { EventChanges } from "../event-draft.ts";
import type { Decision } from "../outcome.ts";
import type { Refusal } from "../refusal.ts";
import { availableIn, type EventState, saleStatusAt, type Tier, type World } from "../state.ts";
import { refuse } from "./refuse.ts";

/** Changes what an organiser may change. Prices apply to decisions after this one. */
export function changeEvent({ state }: World, command: ChangeEvent, now: number): Decision {
  if (state.status === "cancelled") return refuse("EventCancelled");
  if (command.expectedVersion !== undefined && command.expectedVersion !== state.version) {
    return refuse("VersionMismatch", { version: state.version });
  }
  const capacity = state.tiers.reduce((sum, tier) => sum + tier.capacity, 0);
  if (command.capacityExpected !== undefined && command.capacityExpected !== capacity) {
    return refuse("CapacityIsFixed", { capacity, quantity: command.capacityExpected });
  }
  const changes = withTierNamed(state, command.changes);
  if (changes === null) return refuse("TiersAreSeveral", { tiers: state.tiers.map(offer) });
  // Its words may still be mended. New times would pay tickets back to people who have been there.
  if (
    state.status === "completed" &&
    (changes.tiers !== undefined || Object.keys(timesOf(changes)).length > 0)
  ) {
    return refuse("EventOver");
  }
  const refusal =
    seenRefusal(state, command) ?? tierRefusal(state, changes, command) ?? timeRefusal(state, changes, now);
  if (refusal !== null) return refuse(refusal.reason, refusal.facts);
  const saleStatus = saleStatusAt({ ...state, ...timesOf(changes) }, now);
  const version = state.version + 1;
  const setsPrices =
    command.priceNote !== undefined && changes.tiers?.some(({ priceMinor }) => priceMinor !== undefined);
  return [
    { type: "EventChanged", changes, saleStatus, version, ...(setsPrices ? { priceVersion: version } : {}) },
  ];
}

/** A price that was chosen from another one than there is now may be far from what its rule would choose. */
function seenRefusal(state: EventState, { seenPrices = [] }: ChangeEvent): Refusal | null {
  const moved = seenPrices.find(({ tier, priceMinor }) =>
    state.tiers.every((one) => one.name !== tier || one.priceMinor !== priceMinor),
  );
  if (moved === undefined) return null;
  return { reason: "PriceMoved", facts: { tier: moved.tier, tiers: state.tiers.map(offer) } };
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
  return { ...rest, tiers: [...(rest.tiers ?? []), change] };
}

/** More than so many times the capacity is probably a slip. */
const CAPACITY_GROWTH_MAX = 10;

function tierRefusal(
  state: EventState,
  changes: EventChanges,
  { isConfirmed }: Pick<ChangeEvent, "isConfirmed">,
): Refusal | null {
  const total = state.tiers.reduce((sum, { capacity }) => sum + capacity, 0);
  for (const { name, priceMinor, capacity } of changes.tiers ?? []) {
    const tier = state.tiers.find((one) => one.name === name);
    if (tier === undefined && (priceMinor === undefined || capacity === undefined)) {
      return { reason: "TierNotFound", facts: { tier: name, tiers: state.tiers.map(offer) } };
    }
    const refused = capacity === undefined || tier === undefined ? null : capacityRefusal(tier, capacity);
    if (refused !== null) return refused;
    const before = tier?.capacity ?? total;
    if (!isConfirmed && capacity !== undefined && capacity > before * CAPACITY_GROWTH_MAX) {
      return { reason: "CapacityJump", facts: { tier: name, capacity: before, quantity: capacity } };
    }
  }
  return null;
}

function capacityRefusal(tier: Tier, capacity: number): Refusal | null {
  if (tier.isSeated && capacity !== tier.capacity) {
    return { reason: "TierIsSeated", facts: { tier: tier.name, capacity: tier.capacity } };
  }
  const sold = tier.sold + tier.held;
  return capacity < sold ? { reason: "CapacityBelowSold", facts: { tier: tier.name, sold } } : null;
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
  return { tier: tier.name, available: availableIn(tier), priceMinor: tier.priceMinor };
}
