import { loadConfig } from "../../src/ops/config.ts";
import { openEvents } from "../lib/bench-events.ts";
import type { BenchOptions } from "../lib/bench-options.ts";
import { findCapacity } from "../lib/capacity.ts";
import { contestantOf } from "../lib/contestants.ts";
import { digits, whole } from "../lib/format.ts";
import { violationsOf } from "../lib/measure.ts";
import { HOT } from "../lib/scenarios.ts";
import { decisionsOf } from "../open-loop/accepted-bookings.ts";
import { DecisionWatch } from "../open-loop/decision-watch.ts";
import { type OpenArena, readOpen } from "../open-loop/measure-open.ts";
import { bookingOrder } from "../open-loop/orders.ts";
import { recoveryMs } from "../open-loop/recovery.ts";
import { runOpenLoad, startOpenLoad } from "../open-loop/run-open-load.ts";
import { settled } from "../open-loop/settled.ts";
import { prepareOthers, shedBetween, shedSoFar } from "./overload-others.ts";
import { overloadChart, renderOverload } from "./overload-report.ts";
import type { OthersSeen, OverloadResult, OverloadRow } from "./overload-result.ts";
import { overloadRow, type WantedLoad } from "./overload-row.ts";
import type { Suite, SuiteStage } from "./suite.ts";

const TIMES_CAPACITY = 3;
const USERS = 1_000;
const CONNECTIONS_MAX = 5_000;
/** Who finds no connection for so long leaves. */
const PATIENCE_MS = 5_000;
const SECOND_MS = 1_000;
/** The rush in which connections are opened, and code is compiled, is not counted. */
const RUSH_MS = { full: 3_000, quick: 500 } as const;
const SECONDS = {
  full: { wait: 20, "respond-async": 40 },
  quick: { wait: 3, "respond-async": 3 },
} as const;

async function run(suiteStage: SuiteStage, { quick }: BenchOptions): Promise<OverloadResult> {
  const stage = await suiteStage.setUp({ users: USERS, peers: [] });
  const watch = suiteStage.started.add(await new DecisionWatch(stage.postgres.url).start());
  const arena = { stage, watch, generator: await startOpenLoad(suiteStage.started) };
  const length = quick ? "quick" : "full";
  const capacityPerS = await findCapacity(stage, HOT, length);
  suiteStage.say(`capacity: ${whole(capacityPerS)} decided/s in a closed loop of 1,000 connections`);
  const rows: OverloadRow[] = [];
  for (const prefer of ["wait", "respond-async"] as const) {
    rows.push(await offerTooMuch(arena, { prefer, capacityPerS, length, seconds: SECONDS[length][prefer] }));
    suiteStage.say(progressOf(rows.at(-1)!));
  }
  const { MAILBOX_DEPTH_MAX, DECISION_WAIT_MS, ACCEPT_BATCH_MAX, ...config } = loadConfig({});
  const { SHED_LOOP_DELAY_MS, SHED_ACCEPT_WAIT_MS, SHED_POOL_WAIT_MS } = config;
  return {
    capacity_per_s: capacityPerS,
    times_capacity: TIMES_CAPACITY,
    connections_max: CONNECTIONS_MAX,
    patience_ms: PATIENCE_MS,
    bounds: {
      MAILBOX_DEPTH_MAX,
      DECISION_WAIT_MS,
      ACCEPT_BATCH_MAX,
      SHED_LOOP_DELAY_MS,
      SHED_ACCEPT_WAIT_MS,
      SHED_POOL_WAIT_MS,
    },
    rows,
  };
}

async function offerTooMuch(arena: OpenArena, wanted: WantedLoad): Promise<OverloadRow> {
  const { stage, watch } = arena;
  const { origin, adminToken, pool: db } = stage;
  const eventIds = await openEvents({ origin, adminToken, db }, { events: 1, isSeated: false });
  const contestant = contestantOf("evently", stage.cast, db);
  watch.clear();
  const others = await prepareOthers(stage, wanted.seconds);
  const shedBefore = await shedSoFar(origin);
  let recovery: Promise<number | null> = Promise.resolve(null);
  const { seen, readings } = await runOpenLoad(arena.generator, orderOf(arena, wanted, eventIds), (at) => {
    if (at === 0) others.start();
    if (at === wanted.seconds) {
      others.pause();
      recovery = recoveryMs({ origin, token: stage.users[0]!.token, eventId: eventIds[0]! });
    }
    return readOpen(arena, contestant, eventIds);
  });
  const seenByOthers = await others.stop();
  const shed = shedBetween(shedBefore, await shedSoFar(origin));
  const recovered = await recovery;
  await settled(db, contestant, eventIds);
  const decisions = await decisionsOf({ watch, db }, seen, eventIds);
  return {
    ...overloadRow(wanted, seen, readings, decisions),
    shed,
    others: seenByOthers,
    recovery_ms: recovered,
    violations: [
      ...(await violationsOf(contestant, eventIds)),
      ...decisions.violations,
      ...purchaseViolations(seenByOthers),
    ],
  };
}

/** Whatever else is turned away: a purchase that was begun can be finished, and health can be asked for. */
function purchaseViolations(others: OthersSeen): string[] {
  return (["health", "confirm", "poll"] as const).flatMap((name) => {
    const { failed, shed } = others[name];
    return failed === 0
      ? []
      : [
          `nothing that finishes a purchase is turned away: ${failed} × ${name} failed, ${shed} of them with 503`,
        ];
  });
}

function orderOf(
  { stage }: OpenArena,
  { prefer, capacityPerS, seconds, length }: WantedLoad,
  eventIds: readonly string[],
) {
  const ratePerS = TIMES_CAPACITY * capacityPerS;
  return {
    ...bookingOrder({ users: stage.users, eventIds, prefer, ratePerS, seed: seconds, length }),
    port: stage.cast.api.port,
    warmUpMs: RUSH_MS[length],
    windowMs: SECOND_MS,
    windows: seconds,
    connectionsMax: CONNECTIONS_MAX,
    patienceMs: PATIENCE_MS,
  };
}

function progressOf(row: OverloadRow): string {
  const recovery =
    row.recovery_ms === null ? "not recovered" : `recovered in ${digits(row.recovery_ms / 1_000)} s`;
  return `${whole(row.offered_per_s)}/s offered, ${row.prefer}: ${whole(row.goodput_per_s)}/s decided, ${recovery}`;
}

/** What is left of the throughput when much more is asked for than can be done. */
export const overload: Suite<OverloadResult> = {
  name: "overload",
  title: "Overload: three times what the product can decide (open loop)",
  help: "open loop at three times the capacity: goodput, refusals, health, recovery",
  file: "overload",
  notWhenQuick: null,
  run,
  render: renderOverload,
  charts: (result) => ({ "overload.svg": overloadChart(result) }),
  violations: ({ rows }) =>
    rows.flatMap(({ prefer, violations }) => violations.map((violation) => `${prefer}: ${violation}`)),
};
