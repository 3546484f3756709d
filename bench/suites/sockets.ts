import { availableParallelism } from "node:os";
import { DEFAULT_LIMITS } from "../../src/realtime/limits.ts";
import { openEvents } from "../lib/bench-events.ts";
import type { BenchOptions } from "../lib/bench-options.ts";
import { contestantOf } from "../lib/contestants.ts";
import { digits, whole } from "../lib/format.ts";
import { DecisionWatch } from "../open-loop/decision-watch.ts";
import { startOpenLoad } from "../open-loop/run-open-load.ts";
import { startCollectingApi } from "../sockets/api-memory.ts";
import type { HearingTimes } from "../sockets/hearing-times.ts";
import { startAudience } from "../sockets/run-audience.ts";
import { listen } from "./sockets-listening.ts";
import { renderSockets, socketsChart } from "./sockets-report.ts";
import type { SocketsResult, SocketsRound } from "./sockets-result.ts";
import { measureRound, type SocketsArena, steadyLoad } from "./sockets-rounds.ts";
import { socketsViolations } from "./sockets-verdict.ts";
import type { Suite, SuiteStage } from "./suite.ts";

const SOCKETS = { full: 2_000, quick: 300 } as const;

async function run(suiteStage: SuiteStage, options: BenchOptions): Promise<SocketsResult> {
  const { started, say } = suiteStage;
  const load = steadyLoad(options);
  const sockets = SOCKETS[load.length];
  const arena = await setUpArena(suiteStage, sockets);
  const rounds: SocketsRound[] = [];
  const audience = await startAudience(started);
  const round = async (name: SocketsRound["round"], count: number, eventId: string) => {
    const measured = await measureRound({ ...arena, audience }, load, {
      round: name,
      sockets: count,
      eventId,
    });
    rounds.push(measured.row);
    say(progressOf(measured.row));
    return measured;
  };
  await round("before", 0, await newEvent(arena));
  const eventId = await newEvent(arena);
  const heard = await listen({ arena, audience, eventId, sockets, say }, () =>
    round("with sockets", sockets, eventId),
  );
  // A quick run has no time to see what drifts on the machine.
  if (!options.quick) await round("after", 0, await newEvent(arena));
  return {
    sockets,
    rate_per_s: load.rate_per_s,
    warm_up_ms: load.warmUpMs,
    measure_ms: load.measureMs,
    figures_interval_ms: DEFAULT_LIMITS.eventPushIntervalMs,
    ...heard,
    rounds,
    decided_against_without: againstWithout(rounds),
    api_us_per_delivery: apiUsPerDelivery(rounds, heard.times),
  };
}

/** Every client comes from an address of its own, as they do behind a proxy: so many of one address are not let in. */
async function setUpArena(
  { started, setUp }: SuiteStage,
  users: number,
): Promise<Omit<SocketsArena, "audience">> {
  const stage = await setUp({ users, peers: [], env: { TRUSTED_PROXIES: "127.0.0.1" } });
  const api = await startCollectingApi(started, stage.env);
  return {
    stage,
    contestant: { ...contestantOf("evently", stage.cast, stage.pool), api },
    generator: await startOpenLoad(started),
    watch: started.add(await new DecisionWatch(stage.postgres.url).start()),
  };
}

async function newEvent({
  stage: { origin, adminToken, pool: db },
}: Pick<SocketsArena, "stage">): Promise<string> {
  const [eventId] = await openEvents({ origin, adminToken, db }, { events: 1, isSeated: false });
  return eventId!;
}

function againstWithout(rounds: readonly SocketsRound[]): SocketsResult["decided_against_without"] {
  const ratio = (pick: (round: SocketsRound) => number) => {
    const { sockets, none } = withAndWithout(rounds, pick);
    return Number((sockets / none).toFixed(2));
  };
  return {
    steady: ratio(({ steady }) => steady.decided_per_s),
    closed_loop: ratio(({ closed_loop }) => closed_loop.decided_per_s),
  };
}

function apiUsPerDelivery(
  rounds: readonly SocketsRound[],
  { deliveries_per_s }: HearingTimes,
): number | null {
  const deliveries = deliveries_per_s.own + deliveries_per_s.figures;
  if (deliveries === 0 || rounds.some(({ steady }) => steady.cpu === null)) return null;
  const { sockets, none } = withAndWithout(rounds, ({ steady }) => steady.cpu?.api ?? 0);
  return Math.round(((sockets - none) * availableParallelism() * 1_000_000) / deliveries);
}

/** A figure of the round with the sockets, and its mean over those without. */
function withAndWithout(rounds: readonly SocketsRound[], pick: (round: SocketsRound) => number) {
  const without = rounds.filter(({ sockets }) => sockets === 0).map(pick);
  const none = without.reduce((sum, figure) => sum + figure, 0) / without.length;
  return { sockets: pick(rounds.find(({ sockets }) => sockets > 0)!), none };
}

function progressOf({ round, steady, closed_loop, violations }: SocketsRound): string {
  const p99 = steady.decision === null ? "–" : digits(steady.decision.summary.p99_ms);
  const figures = [
    `${whole(steady.decided_per_s)}/s at a steady rate, p99 ${p99} ms`,
    `${whole(closed_loop.decided_per_s)}/s in a closed loop`,
  ];
  return [round.padEnd(12), ...figures, ...violations].join("  ");
}

/** What many sockets that follow one event cost, and how soon they hear what is decided. */
export const sockets: Suite<SocketsResult> = {
  name: "sockets",
  title: "Sockets: thousands of Socket.IO clients follow one event while it is booked",
  help: "Socket.IO clients on one event beside bookings: memory each, deliveries, time to be heard, nothing lost",
  file: "sockets",
  notWhenQuick: null,
  run,
  render: renderSockets,
  charts: (result) => ({ "sockets.svg": socketsChart(result) }),
  violations: socketsViolations,
};
