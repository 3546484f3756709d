import { setTimeout as sleep } from "node:timers/promises";
import type { Timing } from "./bench-options.ts";
import type { Contestant } from "./contestants.ts";
import { type CpuReading, cpuShares, readCpu } from "./cpu.ts";
import { isEmptied, type Line, type Unpersisted } from "./lines.ts";
import { runLoad } from "./load.ts";
import type { Running } from "./processes.ts";
import type { Scenario } from "./scenarios.ts";
import { Stake } from "./stake.ts";
import type { BenchUser } from "./users.ts";

/** What one measurement of one variant gave. */
export interface Sample {
  readonly decidedPerS: number;
  readonly answeredPerS: number;
  /** Where the line outlasts the load: what is decided of it when nobody sends any more. */
  readonly drainedPerS: number | null;
  readonly p50Ms: number | null;
  readonly p99Ms: number | null;
  /** Answers other than 2xx within the window, and broken connections. */
  readonly errors: number;
  readonly errorsByStatus: Readonly<Record<string, number>>;
  /** The most confirmed bookings that were not in PostgreSQL at one moment, and the oldest; null where that cannot be. */
  readonly unpersisted: Unpersisted | null;
  /** How long after the load the last person was told of a booking; null for variants that tell nobody. */
  readonly newsMs: number | null;
  /** Shares (0 to 1) of the machine's processor time by part; null where the system does not tell. */
  readonly cpu: CpuReading | null;
  /** What did not hold in the books afterwards, in words. */
  readonly violations: readonly string[];
}

export interface Arena {
  readonly load: Running;
  readonly postgresPid: () => number;
  readonly users: readonly BenchUser[];
  readonly timing: Timing;
  /** Parts besides those of every measurement. */
  readonly besides?: Parameters<typeof readCpu>[0];
}

interface Reading {
  readonly atMs: number;
  readonly decided: number | null;
  readonly cpu: CpuReading | null;
}

const DRAIN_MS = 500;
const SETTLE_MS_MAX = 15_000;
const SETTLE_CHECK_MS = 150;

/** Loads one contestant with one scenario on its own fresh events, and checks its books when it is done. */
export async function measure(
  arena: Arena,
  contestant: Contestant,
  scenario: Scenario,
  eventIds: readonly string[],
): Promise<Sample> {
  contestant.line?.work();
  const order = {
    url: `http://127.0.0.1:${contestant.api.port}/api/v1/bookings`,
    connections: Array.from({ length: scenario.connections }, (_, at) => ({
      token: arena.users[at % arena.users.length]!.token,
      body: JSON.stringify({
        event_id: eventIds[at % eventIds.length],
        quantity: 1,
        ...(scenario.isSeated ? { best_available: true } : {}),
      }),
    })),
    keyed: contestant.variant === "evently-keyed",
    ...arena.timing,
  };
  const stake = new Stake(contestant.line);
  let isFirst = true;
  const { seen, from, to } = await runLoad(arena.load, order, async () => {
    if (isFirst) await contestant.line?.analyse();
    if (isFirst) stake.watch();
    else stake.leave();
    isFirst = false;
    return read(arena, contestant, eventIds);
  });
  const drainedPerS = contestant.line === null ? null : await drain(contestant.line, contestant, eventIds);
  const { decided } = contestant;
  // What was in line when the load ended belongs to no later measurement.
  if (decided !== null) await untilConstant(() => decided(eventIds));
  const newsMs = (await contestant.carryNews?.()) ?? null;
  const elapsedMs = to.atMs - from.atMs;
  const refused = Object.values(seen.refusedByStatus).reduce((sum, count) => sum + count, 0);
  const answeredPerS = (seen.succeeded / seen.windowMs) * 1_000;
  return {
    decidedPerS: decidedPerS(from, to) ?? answeredPerS,
    answeredPerS,
    drainedPerS,
    p50Ms: seen.p50Ms,
    p99Ms: seen.p99Ms,
    errors: refused + seen.broken,
    errorsByStatus:
      seen.broken === 0 ? seen.refusedByStatus : { ...seen.refusedByStatus, broken: seen.broken },
    unpersisted: stake.most,
    newsMs,
    cpu: cpuShares(from.cpu, to.cpu, elapsedMs),
    violations: await violationsOf(contestant, eventIds),
  };
}

async function read(arena: Arena, contestant: Contestant, eventIds: readonly string[]): Promise<Reading> {
  const cpu = readCpu({
    load: { pids: [arena.load.pid], children: false },
    api: { pids: [contestant.api.pid], children: false },
    worker: { pids: contestant.workers.map(({ pid }) => pid), children: false },
    postgresql: { pids: [arena.postgresPid()], children: true },
    ...(contestant.redisPid === null ? {} : { redis: { pids: [contestant.redisPid], children: false } }),
    ...arena.besides,
  });
  const atMs = performance.now();
  return { atMs, decided: (await contestant.decided?.(eventIds)) ?? null, cpu };
}

function decidedPerS(from: Reading, to: Reading): number | null {
  if (from.decided === null || to.decided === null) return null;
  return ((to.decided - from.decided) / (to.atMs - from.atMs)) * 1_000;
}

/** @returns what the worker decides a second of what is left in line; null where nothing is */
async function drain(
  line: Line,
  contestant: Contestant,
  eventIds: readonly string[],
): Promise<number | null> {
  // Requests whose connections are gone are still being accepted.
  await untilConstant(() => line.arrived());
  const drainedPerS = (await line.waiting()) === 0 ? null : await drainRate(contestant, eventIds);
  // What is confirmed has to be written, however long that takes; mere requests may be thrown away.
  if (line.unpersisted !== null) await isEmptied(line, SETTLE_MS_MAX);
  await line.rest();
  await line.clear();
  return drainedPerS;
}

async function drainRate(contestant: Contestant, eventIds: readonly string[]): Promise<number> {
  const fromMs = performance.now();
  const before = (await contestant.decided?.(eventIds)) ?? 0;
  await sleep(DRAIN_MS);
  const after = (await contestant.decided?.(eventIds)) ?? 0;
  return ((after - before) / (performance.now() - fromMs)) * 1_000;
}

/** Waits, for a bounded time, until a number no longer changes. */
export async function untilConstant(read: () => Promise<number>): Promise<void> {
  const deadlineMs = performance.now() + SETTLE_MS_MAX;
  let last = -1;
  let now = await read();
  while (now !== last && performance.now() < deadlineMs) {
    await sleep(SETTLE_CHECK_MS);
    last = now;
    now = await read();
  }
}

/** What does not hold in the books of a contestant, in words. */
export async function violationsOf(contestant: Contestant, eventIds: readonly string[]): Promise<string[]> {
  const checks = await contestant.check(eventIds);
  return checks.filter(({ holds }) => !holds).map(({ name, facts }) => `${name}: ${facts}`);
}
