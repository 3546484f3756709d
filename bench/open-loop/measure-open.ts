import type { Contestant } from "../lib/contestants.ts";
import { type CpuReading, cpuPerDecision, cpuShares, readCpu } from "../lib/cpu.ts";
import { violationsOf } from "../lib/measure.ts";
import type { Running } from "../lib/processes.ts";
import type { Stage } from "../lib/stage.ts";
import { type CurvePoint, LatencyHistogram, type LatencySummary } from "../lib/statistics.ts";
import { type Decisions, decisionsOf } from "./accepted-bookings.ts";
import type { DecisionWatch } from "./decision-watch.ts";
import type { OpenOrder, OpenSeen, WindowSeen } from "./messages.ts";
import { runOpenLoad } from "./run-open-load.ts";
import { settled } from "./settled.ts";

/** What an open loop is measured with. */
export interface OpenArena {
  readonly stage: Stage;
  readonly generator: Running;
  readonly watch: DecisionWatch;
}

/** Percentiles of latencies, in milliseconds, and the curve behind them. */
export interface Latencies {
  readonly count: number;
  readonly summary: LatencySummary;
  readonly curve: readonly CurvePoint[];
}

/** What one open-loop measurement of one variant gave. */
export interface OpenSample {
  readonly offered_per_s: number;
  /** 2xx answers to bookings a second, of the requests that were to be sent in the measured time. */
  readonly answered_per_s: number;
  readonly decided_per_s: number;
  /** From the intended time of sending to the answer 202; null where none was. */
  readonly accept: Latencies | null;
  /** From the intended time of sending to the decision: the answer 201, or for a 202 the notice of it. */
  readonly decision: Latencies | null;
  readonly refused: Latencies | null;
  readonly refused_by_code: Readonly<Record<string, number>>;
  readonly broken: number;
  /** Without an answer long after the load: counted into the latencies with the time that they had waited. */
  readonly unanswered: number;
  /** Answered 202 and decided, but no notice of it was heard: in no latency, and a violation. */
  readonly unheard: number;
  readonly gave_up: number;
  /** When the load ended: requests without an answer, and connections. */
  readonly backlog: number;
  readonly connections: number;
  readonly generator: GeneratorShare;
  readonly cpu: CpuReading | null;
  readonly cpu_us_per_decision: CpuReading | null;
  readonly violations: readonly string[];
}

/** How well the generator kept its times: what it was late by is part of every latency. */
export interface GeneratorShare {
  readonly lag_p50_ms: number;
  readonly lag_p99_ms: number;
  readonly lag_max_ms: number;
  /** Of one core. */
  readonly core_share: number;
  readonly is_behind: boolean;
}

/** Later than this in one of a hundred requests, and the run says that its generator was behind. */
const LAG_P99_MS_MAX = 5;

export interface OpenReading {
  readonly atMs: number;
  readonly decided: number;
  readonly cpu: CpuReading | null;
}

/** Loads one contestant in an open loop with one window, and checks its books when nothing is under way any more. */
export async function measureOpen(
  arena: OpenArena,
  contestant: Contestant,
  order: Omit<OpenOrder, "type" | "port" | "windows">,
): Promise<OpenSample> {
  arena.watch.clear();
  const wanted = { ...order, windows: 1, port: contestant.api.port };
  const read = () => readOpen(arena, contestant, order.eventIds);
  const { seen, readings } = await runOpenLoad(arena.generator, wanted, read);
  await settled(arena.stage.pool, contestant, order.eventIds);
  const decisions = await decisionsOf({ watch: arena.watch, db: arena.stage.pool }, seen, order.eventIds);
  const violations = [...(await violationsOf(contestant, order.eventIds)), ...decisions.violations];
  return { ...sampleOf(seen, order.windowMs, decisions), ...pace(readings[0]!, readings[1]!), violations };
}

/** Processor time of each part and of those besides, and how much is decided. */
export async function readOpen(
  { stage, generator }: Pick<OpenArena, "stage" | "generator">,
  contestant: Contestant,
  eventIds: readonly string[],
  besides: Parameters<typeof readCpu>[0] = {},
): Promise<OpenReading> {
  const cpu = readCpu({
    load: { pids: [generator.pid], children: false },
    api: { pids: [contestant.api.pid], children: false },
    worker: { pids: contestant.workers.map(({ pid }) => pid), children: false },
    postgresql: { pids: [stage.postgres.pid], children: true },
    ...besides,
  });
  const atMs = performance.now();
  return { atMs, decided: (await contestant.decided?.(eventIds)) ?? 0, cpu };
}

/** What happened between two readings. */
export function pace(from: OpenReading, to: OpenReading) {
  const elapsedMs = to.atMs - from.atMs;
  const perS = ((to.decided - from.decided) / elapsedMs) * 1_000;
  const cpu = cpuShares(from.cpu, to.cpu, elapsedMs);
  return { decided_per_s: Math.round(perS), cpu, cpu_us_per_decision: cpuPerDecision(cpu, perS) };
}

function sampleOf(seen: OpenSeen, windowMs: number, decisions: Decisions) {
  const [window] = seen.windows as [WindowSeen];
  const unanswered = latenciesOf([window.unanswered]);
  const [accepted, decided] = [window.accepted, window.decided].map((one) => latenciesOf([one])?.count ?? 0);
  // Who was never answered waited at least so long, for the 202 as for the decision.
  const isAsync = accepted! > decided!;
  return {
    offered_per_s: Math.round((window.offered / windowMs) * 1_000),
    answered_per_s: Math.round(((accepted! + decided!) / windowMs) * 1_000),
    accept: latenciesOf([window.accepted, ...(isAsync ? [window.unanswered] : [])]),
    decision: latenciesOf([window.decided, ...decisions.latencies, window.unanswered]),
    refused: latenciesOf([window.refused]),
    refused_by_code: window.refusedByCode,
    broken: window.broken,
    unanswered: unanswered?.count ?? 0,
    unheard: decisions.unheard,
    gave_up: window.gaveUp,
    backlog: window.inFlight,
    connections: window.connections,
    generator: generatorShare([window.lag], seen.coreShare),
  };
}

/** @param lag encoded histograms */
export function generatorShare(lag: readonly string[], coreShare: number): GeneratorShare {
  const summary = latenciesOf(lag)?.summary;
  const p99 = summary?.p99_ms ?? 0;
  return {
    lag_p50_ms: summary?.p50_ms ?? 0,
    lag_p99_ms: p99,
    lag_max_ms: summary?.max_ms ?? 0,
    core_share: Number(coreShare.toFixed(3)),
    is_behind: p99 > LAG_P99_MS_MAX,
  };
}

/** How many latencies some encoded histograms hold. */
export function countOf(encoded: readonly string[]): number {
  return new LatencyHistogram().addEncoded(...encoded).count;
}

/** Everything that some encoded histograms hold; null where they hold nothing. */
export function latenciesOf(encoded: readonly string[]): Latencies | null {
  const histogram = new LatencyHistogram().addEncoded(...encoded);
  const summary = histogram.summary();
  return summary === null ? null : { count: histogram.count, summary, curve: histogram.curve() };
}
