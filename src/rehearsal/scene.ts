import { carryOut } from "../domain/carry-out.ts";
import type { CommandId } from "../domain/ids.ts";
import { seatingOf, seatPlace } from "../domain/seating.ts";
import type { World } from "../domain/state.ts";
import type { Demand, Request, Stage } from "./demand.ts";
import { Dice } from "./dice.ts";
import type { Donors } from "./donors.ts";
import { multiplied } from "./multiply.ts";
import { REQUESTS_MAX, type RehearsalPlan } from "./plan.ts";
import { RehearsalRefused } from "./refusal.ts";
import { ShownPrices } from "./shown-prices.ts";
import { configuredWorld, newWorld, stageWith, type WhatIf } from "./stage.ts";
import { statedDemand } from "./stated-demand.ts";
import type { Subject } from "./subject.ts";

/** Where a rehearsal is played, by whom, and from when to when. Times are Unix milliseconds. */
export interface Scene {
  readonly stage: Stage;
  readonly demand: Demand;
  /** A world for each play: a play uses its own up. */
  readonly newWorld: () => World;
  readonly startsAt: number;
  readonly opensAt: number;
  readonly until: number | null;
  /** Whether what the organiser did in the record is done again. */
  readonly hasActs: boolean;
  /** Nothing is otherwise than it was. */
  readonly isRepetition: boolean;
  readonly isFree: boolean;
  /** A tier's first price, by a wish. */
  readonly baseMinor: (request: Request) => number;
}

const STATED_STREAM = 6;

interface SceneOptions {
  readonly donors: Donors;
  /** Whether people come when they asked, not when they were decided. */
  readonly isAskedFor: boolean;
}

/** @throws RehearsalRefused where the event does not have what is asked for. */
export function setScene(subject: Subject, plan: RehearsalPlan, options: SceneOptions): Scene {
  assertTiers(subject, plan.whatIf);
  if (plan.wanted.type === "recorded") return recordedScene(subject, plan, plan.wanted.times, options);
  return statedScene(subject, plan, plan.wanted.rows, options);
}

function recordedScene(
  { sale }: Subject,
  plan: RehearsalPlan,
  times: number,
  { isAskedFor }: SceneOptions,
): Scene {
  const { demand: recorded } = sale;
  if (plan.from === "now")
    throw new RehearsalRefused("what was recorded is over: from now on, demand has to be stated");
  if (recorded.requests.length === 0) {
    throw new RehearsalRefused(
      "nobody has asked for tickets of this event yet: there is no demand to repeat, it has to be stated",
    );
  }
  if (recorded.requests.length * times > REQUESTS_MAX) {
    throw new RehearsalRefused(
      `${recorded.requests.length} requests times ${times} are more than ${REQUESTS_MAX}, the most that is rehearsed`,
    );
  }
  const stage = stageWith(sale.stage, plan.whatIf);
  const { draft, createdAt } = stage;
  const demand = multiplied(isAskedFor ? whenAsked(recorded) : recorded, times, { draft, seed: plan.seed });
  return {
    ...common(sale.stage),
    stage,
    demand,
    newWorld: () => newWorld(stage),
    startsAt: createdAt,
    opensAt: draft.saleStartsAt ?? createdAt,
    until: times === 1 && !isAskedFor ? sale.head.decidedAt : null,
    hasActs: true,
    isRepetition: times === 1 && !isAskedFor && isNothing(plan.whatIf),
  };
}

/** Everybody at the moment they asked. */
function whenAsked(demand: Demand): Demand {
  const requests = demand.requests.map((request) => ({ ...request, at: request.at - request.waitedMs }));
  return { ...demand, requests: requests.toSorted((a, b) => a.at - b.at || a.order - b.order) };
}

function statedScene(
  { sale, present, now }: Subject,
  plan: RehearsalPlan,
  rows: Extract<RehearsalPlan["wanted"], { readonly type: "stated" }>["rows"],
  { donors }: SceneOptions,
): Scene {
  const isNow = plan.from === "now";
  const stage = isNow ? sale.stage : stageWith(sale.stage, plan.whatIf);
  const opensAt = isNow ? now : openingOf(stage);
  const worldAt = (at: number) =>
    isNow ? presentWorld(present, plan.whatIf, at) : configuredWorld(stage, at);
  const { state } = worldAt(opensAt);
  const context = { state, currency: stage.draft.currency, opensAt };
  const demand = statedDemand(rows, context, { donors, dice: new Dice(plan.seed, STATED_STREAM) });
  const startsAt = Math.min(opensAt, demand.requests[0]?.at ?? opensAt);
  if (isNow && startsAt < now) throw new RehearsalRefused("from now on, nobody can come before now");
  return {
    ...common(sale.stage),
    isFree: state.tiers.every(({ priceMinor }) => priceMinor === 0),
    stage,
    demand,
    newWorld: () => worldAt(startsAt),
    startsAt,
    opensAt,
    until: null,
    hasActs: false,
    isRepetition: false,
  };
}

/** When the sale opens, as it is set by now; an event without a time for it is on sale from its creation. */
function openingOf(stage: Stage): number {
  const { state } = configuredWorld(stage, stage.createdAt);
  return state.saleStartsAt ?? stage.createdAt;
}

/** The event as it stands, with what is to be otherwise changed as its organiser would change it. */
function presentWorld(present: World | null, whatIf: WhatIf, at: number): World {
  if (present === null) throw new Error("invariant: the present state was not read");
  const world = structuredClone(present);
  const names = new Set([...whatIf.capacity.keys(), ...whatIf.priceMinor.keys()]);
  const tiers = [...names].map((name) => ({
    name,
    ...(whatIf.capacity.has(name) ? { capacity: whatIf.capacity.get(name) as number } : {}),
    ...(whatIf.priceMinor.has(name) ? { priceMinor: whatIf.priceMinor.get(name) as number } : {}),
  }));
  const { ticketsPerUserMax, holdTtlMs } = whatIf;
  const changes = {
    ...(tiers.length === 0 ? {} : { tiers }),
    ...(ticketsPerUserMax === undefined ? {} : { ticketsPerUserMax }),
    ...(holdTtlMs === undefined ? {} : { holdTtlMs }),
  };
  if (Object.keys(changes).length === 0) return world;
  const [head] = carryOut(
    world,
    { type: "ChangeEvent", id: "what-if" as CommandId, changes, isConfirmed: true },
    at,
  );
  if (head.type !== "CommandRefused") return world;
  throw new RehearsalRefused(
    `the event as it stands cannot be changed so: ${head.reason} ${JSON.stringify(head.facts)}`,
  );
}

function common({ draft }: Stage): Pick<Scene, "isFree" | "baseMinor"> {
  const seating = draft.seating == null ? null : seatingOf(draft.seating);
  const first = new ShownPrices(draft.tiers, (seat) =>
    seating === null ? 0 : seatPlace(seating, seat).tier,
  );
  return {
    isFree: draft.tiers.every(({ priceMinor }) => priceMinor === 0),
    baseMinor: ({ command, shownMinor }) =>
      (command.type === "BookTickets" ? first.of(command) : null) ?? shownMinor ?? 0,
  };
}

function isNothing({ capacity, priceMinor, ...rules }: WhatIf): boolean {
  return capacity.size === 0 && priceMinor.size === 0 && Object.keys(rules).length === 0;
}

function assertTiers({ sale }: Subject, { capacity, priceMinor }: WhatIf): void {
  const { draft, acts } = sale.stage;
  const later = acts.flatMap(({ command }) =>
    command.type === "ChangeEvent" ? (command.changes.tiers ?? []) : [],
  );
  const names = [...new Set([...draft.tiers, ...later].map(({ name }) => name))];
  for (const name of [...capacity.keys(), ...priceMinor.keys()]) {
    if (!names.includes(name))
      throw new RehearsalRefused(`there is no tier ${name}; there are ${names.join(", ")}`);
  }
  const seated = draft.tiers.find((tier) => tier.isSeated && capacity.has(tier.name));
  if (seated !== undefined)
    throw new RehearsalRefused(`the capacity of ${seated.name} is its seats; it cannot be another one`);
}
