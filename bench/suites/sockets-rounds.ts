import type { BenchOptions } from "../lib/bench-options.ts";
import type { Contestant } from "../lib/contestants.ts";
import { measure, violationsOf } from "../lib/measure.ts";
import { HOT } from "../lib/scenarios.ts";
import type { Stage } from "../lib/stage.ts";
import { decisionsOf } from "../open-loop/accepted-bookings.ts";
import { monotonicMs } from "../open-loop/clock.ts";
import {
  countOf,
  generatorShare,
  latenciesOf,
  type OpenArena,
  pace,
  readOpen,
} from "../open-loop/measure-open.ts";
import { bookingOrder } from "../open-loop/orders.ts";
import { runOpenLoad } from "../open-loop/run-open-load.ts";
import { settled } from "../open-loop/settled.ts";
import type { Window } from "../sockets/hearing-times.ts";
import type { RoundName, SocketsRound } from "./sockets-result.ts";

const TIMES = {
  full: { warmUpMs: 3_000, measureMs: 15_000 },
  quick: { warmUpMs: 500, measureMs: 2_000 },
} as const;
const CLOSED_LOOP = {
  full: { warmUpMs: 2_000, measureMs: 6_000 },
  quick: { warmUpMs: 500, measureMs: 1_000 },
} as const;
const RATE_PER_S = { full: 1_000, quick: 500 } as const;
const CONNECTIONS_MAX = 500;

export interface SocketsArena extends OpenArena {
  /** The product, with the API process that has the sockets. */
  readonly contestant: Contestant;
  /** The process of the listeners. */
  readonly audience: { readonly pid: number };
}

export function steadyLoad({ quick }: Pick<BenchOptions, "quick">) {
  const length = quick ? "quick" : "full";
  return {
    rate_per_s: RATE_PER_S[length],
    ...TIMES[length],
    closedLoop: CLOSED_LOOP[length],
    length,
  } as const;
}

type Load = ReturnType<typeof steadyLoad>;

/** Books on one event, first at a steady rate, then as fast as it goes. `window` is that of the steady rate. */
export async function measureRound(
  arena: SocketsArena,
  load: Load,
  which: { readonly round: RoundName; readonly sockets: number; readonly eventId: string },
): Promise<{ readonly row: SocketsRound; readonly window: Window }> {
  const { round, sockets, eventId } = which;
  const { steady, window, violations } = await measureSteady(arena, load, eventId);
  const sample = await measure(
    { ...arena.stage.arena(load.closedLoop), besides: audienceOf(arena) },
    carrying(arena.contestant, load),
    HOT,
    [eventId],
  );
  await settled(arena.stage.pool, arena.contestant, [eventId]);
  const row = {
    round,
    sockets,
    steady,
    closed_loop: {
      decided_per_s: Math.round(sample.decidedPerS),
      p50_ms: sample.p50Ms,
      p99_ms: sample.p99Ms,
      errors: sample.errors,
      cpu: sample.cpu,
    },
    violations: [...(await violationsOf(arena.contestant, [eventId])), ...violations],
  };
  return { row, window };
}

async function measureSteady(arena: SocketsArena, load: Load, eventId: string) {
  const { stage, generator, contestant, watch } = arena;
  watch.clear();
  const { seen, readings } = await runOpenLoad(
    generator,
    steadyOrder(stage, arena, load, eventId),
    async () => {
      const atMs = monotonicMs();
      return { monotonicMs: atMs, ...(await readOpen(arena, contestant, [eventId], audienceOf(arena))) };
    },
  );
  await settled(stage.pool, contestant, [eventId]);
  const decisions = await decisionsOf({ watch, db: stage.pool }, seen, [eventId]);
  await carrying(contestant, load).carryNews?.();
  const [from, to] = readings as [(typeof readings)[number], (typeof readings)[number]];
  const [window] = seen.windows as [(typeof seen.windows)[number]];
  const { decided_per_s, cpu } = pace(from, to);
  const steady = {
    decided_per_s,
    decision: latenciesOf([window.decided, ...decisions.latencies, window.unanswered]),
    refused_by_code: window.refusedByCode,
    broken: window.broken,
    unanswered: countOf([window.unanswered]),
    backlog: window.inFlight,
    generator: generatorShare([window.lag], seen.coreShare),
    cpu,
  };
  const { violations } = decisions;
  return { steady, violations, window: { fromMs: from.monotonicMs, toMs: to.monotonicMs } };
}

function steadyOrder({ users }: Stage, { contestant }: SocketsArena, load: Load, eventId: string) {
  const { rate_per_s: ratePerS, warmUpMs, measureMs: windowMs, length } = load;
  return {
    ...bookingOrder({ users, eventIds: [eventId], prefer: "wait", ratePerS, seed: ratePerS, length }),
    port: contestant.api.port,
    warmUpMs,
    windowMs,
    windows: 1,
    connectionsMax: CONNECTIONS_MAX,
  };
}

function audienceOf({ audience }: SocketsArena) {
  return { audience: { pids: [audience.pid], children: false } };
}

/** A quick run has no time to wait for everybody's mail: its rounds disturb each other a little. */
function carrying(contestant: Contestant, { length }: Load): Contestant {
  return length === "quick" ? { ...contestant, carryNews: null } : contestant;
}
