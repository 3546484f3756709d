import { openEvents } from "../lib/bench-events.ts";
import { SOAK_MINUTES } from "../lib/bench-flags.ts";
import type { BenchOptions } from "../lib/bench-options.ts";
import { findCapacity } from "../lib/capacity.ts";
import { type Contestant, contestantOf } from "../lib/contestants.ts";
import { whole } from "../lib/format.ts";
import { violationsOf } from "../lib/measure.ts";
import { MemoryLog } from "../lib/memory-log.ts";
import { addUp } from "../lib/results.ts";
import type { Scenario } from "../lib/scenarios.ts";
import type { Stage } from "../lib/stage.ts";
import { readTableSizes } from "../lib/table-sizes.ts";
import { decisionsOf } from "../open-loop/accepted-bookings.ts";
import { DecisionWatch } from "../open-loop/decision-watch.ts";
import { generatorShare, type OpenArena, readOpen } from "../open-loop/measure-open.ts";
import type { RequestKind } from "../open-loop/messages.ts";
import { BOOKING, bookingOrder } from "../open-loop/orders.ts";
import { runOpenLoad, startOpenLoad } from "../open-loop/run-open-load.ts";
import { settled } from "../open-loop/settled.ts";
import { renderSoak, soakChart } from "./soak-report.ts";
import type { SoakResult } from "./soak-result.ts";
import { type WindowEnd, windowProgress, windowsOf } from "./soak-rows.ts";
import { judgedFrom, keepingUp, steadiness, trendsOf } from "./soak-verdict.ts";
import type { Suite, SuiteStage } from "./suite.ts";

const USERS = 1_000;
const CONNECTIONS_MAX = 1_000;
/** In a closed loop of some seconds news wait until the rush is over; here they are delivered all the while, on the same cores. */
const OF_CAPACITY = 0.4;
const WINDOW_MS = { full: 60_000, quick: 5_000 } as const;
const QUICK_WINDOWS = 4;
const WARM_UP_MS = { full: 10_000, quick: 1_000 } as const;
const MINUTE_MS = 60_000;
/** Often enough for a line through the samples of a quick run. */
const MEMORY_INTERVAL_MS = { full: 5_000, quick: 500 } as const;
const EVENTS_MIN = 20;
/** Half of what an event of the benchmark has: none sells out. */
const BOOKINGS_PER_EVENT_MAX = 500_000;

const CLOSED_LOOP: Scenario = {
  name: "soak",
  title: `${EVENTS_MIN} events, 1,000 connections`,
  connections: USERS,
  events: EVENTS_MIN,
  isSeated: false,
};

/** What people do on an evening: most book, some look around, some look at their booking, some give it back. */
const MIX: readonly RequestKind[] = [
  { ...BOOKING, weight: 70 },
  { method: "GET", path: "/api/v1/events/{event}", body: null, weight: 15, isBooking: false },
  { method: "GET", path: "/api/v1/events", body: null, weight: 5, isBooking: false },
  { method: "GET", path: "/api/v1/bookings/{booking}", body: null, weight: 5, isBooking: false },
  { method: "PUT", path: "/api/v1/bookings/{booking}/cancel", body: null, weight: 5, isBooking: false },
];

const DECISIONS =
  "select coalesce(sum(ledger_seq), 0)::int as count from actor where event_id = any($1::uuid[])";

async function run(suiteStage: SuiteStage, { quick, minutes }: BenchOptions): Promise<SoakResult> {
  const length = quick ? "quick" : "full";
  const stage = await suiteStage.setUp({ users: USERS, peers: [] });
  const generator = await startOpenLoad(suiteStage.started);
  const watch = suiteStage.started.add(await new DecisionWatch(stage.postgres.url).start());
  const capacityPerS = await findCapacity(stage, CLOSED_LOOP, length);
  const ratePerS = Math.round(capacityPerS * OF_CAPACITY);
  const windows = quick ? QUICK_WINDOWS : (minutes ?? SOAK_MINUTES);
  const eventIds = await openEnough(stage, (ratePerS * windows * WINDOW_MS[length]) / 1_000);
  suiteStage.say(
    `capacity ${whole(capacityPerS)}/s; ${whole(ratePerS)} requests/s on ${eventIds.length} events`,
  );
  const wanted = { length, ratePerS, windows, eventIds } as const;
  const arena = { stage, generator, watch };
  const { seen, ends, decisions, memory, violations } = await soakFor(arena, wanted, suiteStage.say);
  const rows = windowsOf(seen, ends, { decisions, windowMin: WINDOW_MS[length] / MINUTE_MS });
  const fromMin = judgedFrom(rows.at(-1)!.ended_at_min);
  return {
    capacity_per_s: capacityPerS,
    offered_per_s: ratePerS,
    events: eventIds.length,
    window_s: WINDOW_MS[length] / 1_000,
    windows: rows,
    memory,
    judged_from_min: fromMin,
    trends: trendsOf(memory, fromMin),
    ...steadiness(rows),
    ...keepingUp(rows, ratePerS),
    generator: generatorShare(
      seen.windows.map(({ lag }) => lag),
      seen.coreShare,
    ),
    refused_by_code: addUp(seen.windows.map(({ refusedByCode }) => refusedByCode)),
    violations,
  };
}

/** Events on sale for so many bookings. */
function openEnough({ origin, adminToken, pool: db }: Stage, bookings: number): Promise<string[]> {
  const events = Math.max(EVENTS_MIN, Math.ceil(bookings / BOOKINGS_PER_EVENT_MAX));
  return openEvents({ origin, adminToken, db }, { events, isSeated: false });
}

interface Wanted {
  readonly length: keyof typeof WINDOW_MS;
  readonly ratePerS: number;
  readonly windows: number;
  readonly eventIds: readonly string[];
}

async function soakFor(arena: OpenArena, wanted: Wanted, say: (line: string) => void) {
  const { stage, generator, watch } = arena;
  const { length, windows, eventIds } = wanted;
  const contestant = allDecisions(stage);
  const memory = new MemoryLog(stage, MEMORY_INTERVAL_MS[length]);
  const ends: WindowEnd[] = [];
  watch.clear();
  const { seen } = await runOpenLoad(generator, orderOf(stage, wanted), async (at) => {
    if (at === 0) memory.start();
    if (at === windows) memory.stop();
    const reading = await readOpen(arena, contestant, eventIds);
    ends.push({ reading, sizes: await readTableSizes(stage.pool) });
    if (at > 0) say(windowProgress(ends));
  });
  await settled(stage.pool, contestant, eventIds);
  const decisions = await decisionsOf({ watch, db: stage.pool }, seen, eventIds);
  const violations = [...(await violationsOf(contestant, eventIds)), ...decisions.violations];
  return { seen, ends, decisions, memory: memory.samples, violations };
}

function orderOf({ users, cast }: Stage, { length, ratePerS, windows, eventIds }: Wanted) {
  return {
    ...bookingOrder({ users, eventIds, prefer: "wait", ratePerS, seed: windows, length }),
    kinds: MIX,
    port: cast.api.port,
    warmUpMs: WARM_UP_MS[length],
    windowMs: WINDOW_MS[length],
    windows,
    connectionsMax: CONNECTIONS_MAX,
  };
}

/** The product, with cancellations counted as the decisions that they are. */
function allDecisions(stage: Stage): Contestant {
  return {
    ...contestantOf("evently", stage.cast, stage.pool),
    decided: async (eventIds) => {
      const { rows } = await stage.pool.query<{ count: number }>(DECISIONS, [eventIds]);
      return rows[0]?.count ?? 0;
    },
  };
}

/** Whether the product does after many minutes what it did in the first. */
export const soak: Suite<SoakResult> = {
  name: "soak",
  title: "Soak: a mixed load near 40 % of capacity, for many minutes (open loop)",
  help: "open loop near 40 % of capacity for --minutes: steady rate, flat memory",
  file: "soak",
  notWhenQuick: "a soak takes minutes; --quick --suite soak runs one of 20 s",
  run,
  render: renderSoak,
  charts: (result) => ({ "soak.svg": soakChart(result) }),
  violations: ({ violations }) => violations,
};
