import { carryOut } from "../domain/carry-out.ts";
import type { ChangeEvent } from "../domain/command.ts";
import type { EventChanges, EventDraft, TierChange } from "../domain/event-draft.ts";
import { initialState, saleStatusAt, type World } from "../domain/state.ts";
import type { OrganiserAct, Stage } from "./demand.ts";

/** What an organiser would like to have had otherwise. Money is in minor units. */
export interface WhatIf {
  /** By tier. */
  readonly capacity: ReadonlyMap<string, number>;
  readonly priceMinor: ReadonlyMap<string, number>;
  /** Null: nobody is limited. Absent: as it is. */
  readonly ticketsPerUserMax?: number | null;
  readonly holdTtlMs?: number;
}

export const NOTHING_ELSE: WhatIf = { capacity: new Map(), priceMinor: new Map() };

/** A world in which nothing was sold yet. */
export function newWorld({ draft, saleStatus }: Pick<Stage, "draft" | "saleStatus">): World {
  return {
    state: initialState(draft, saleStatus),
    bookings: new Map(),
    payments: new Map(),
    rejected: new Set(),
    tickets: new Map(),
  };
}

/** The event as if it had been created so, and changed only in what was left open. */
export function stageWith(stage: Stage, whatIf: WhatIf): Stage {
  const { capacity, priceMinor } = whatIf;
  const tiers = stage.draft.tiers.map((tier) => ({
    ...tier,
    capacity: capacity.get(tier.name) ?? tier.capacity,
    priceMinor: priceMinor.get(tier.name) ?? tier.priceMinor,
  }));
  const draft: EventDraft = { ...stage.draft, ...rulesOf(whatIf), tiers };
  const acts = stage.acts.map((act) =>
    act.command.type === "ChangeEvent"
      ? { ...act, command: { ...act.command, changes: changesWith(act.command.changes, draft, whatIf) } }
      : act,
  );
  return { ...stage, draft, acts };
}

function rulesOf({ ticketsPerUserMax, holdTtlMs }: WhatIf) {
  return {
    ...(ticketsPerUserMax === undefined ? {} : { ticketsPerUserMax }),
    ...(holdTtlMs === undefined ? {} : { holdTtlMs }),
  };
}

function changesWith(
  changes: EventChanges,
  { tiers: [only, second] }: EventDraft,
  whatIf: WhatIf,
): EventChanges {
  const { capacity, priceMinor, ...rest } = changes;
  const isBare =
    second === undefined && only !== undefined && (capacity !== undefined || priceMinor !== undefined);
  const bare: TierChange[] = isBare
    ? [
        {
          name: only.name,
          ...(capacity === undefined ? {} : { capacity }),
          ...(priceMinor === undefined ? {} : { priceMinor }),
        },
      ]
    : [];
  const tiers = [...(rest.tiers ?? []), ...bare].map((tier) => ({
    ...tier,
    ...knob("capacity", tier, whatIf.capacity),
    ...knob("priceMinor", tier, whatIf.priceMinor),
  }));
  return { ...rest, ...(tiers.length === 0 ? {} : { tiers }), ...rulesOf(whatIf) };
}

function knob(
  field: "capacity" | "priceMinor",
  tier: TierChange,
  values: ReadonlyMap<string, number>,
): Partial<TierChange> {
  const value = values.get(tier.name);
  return value === undefined ? {} : { [field]: value };
}

/** What an organiser did, without what they did to prices of tiers that there were. */
export function withoutPriceChanges({ draft, acts }: Stage): OrganiserAct[] {
  const known = new Set(draft.tiers.map(({ name }) => name));
  return acts.flatMap((act): OrganiserAct[] => {
    if (act.command.type !== "ChangeEvent") return [act];
    const { priceMinor: _, tiers, ...rest } = act.command.changes;
    const others = (tiers ?? []).flatMap((tier) => {
      if (!known.has(tier.name)) return [tier];
      const { priceMinor: __, ...change } = tier;
      return Object.keys(change).length > 1 ? [change] : [];
    });
    for (const { name } of tiers ?? []) known.add(name);
    const changes = { ...rest, ...(others.length === 0 ? {} : { tiers: others }) };
    return Object.keys(changes).length === 0 ? [] : [{ ...act, command: { ...act.command, changes } }];
  });
}

/** What an organiser did is done again as it was accepted then, whatever the event's version is now. */
export function repeatable(command: ChangeEvent): ChangeEvent {
  const { type, id, changes } = command;
  return { type, id, changes, isConfirmed: true };
}

const CONFIGURING: ReadonlySet<string> = new Set([
  "ChangeEvent",
  "AddPromoCode",
  "BlockSeats",
  "ReleaseSeats",
]);

/** The event as its organiser has it by now, on sale from `at`, and nothing sold. */
export function configuredWorld(stage: Stage, at: number): World {
  const world = newWorld(stage);
  for (const { command, at: doneAt } of stage.acts) {
    // A time that has passed meanwhile is no reason to keep the old one.
    if (CONFIGURING.has(command.type)) carryOut(world, command, Math.min(doneAt, at));
  }
  const { state } = world;
  state.saleStatus = saleStatusAt(state, at);
  return world;
}
