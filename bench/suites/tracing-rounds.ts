import { setTimeout as sleep } from "node:timers/promises";
import { openEvents } from "../lib/bench-events.ts";
import type { Timing } from "../lib/bench-options.ts";
import { contestantOf } from "../lib/contestants.ts";
import { cpuPerDecision } from "../lib/cpu.ts";
import { measure } from "../lib/measure.ts";
import type { Running } from "../lib/processes.ts";
import { HOT } from "../lib/scenarios.ts";
import type { Stage } from "../lib/stage.ts";
import type { Sampling, TracingRound, TracingSample } from "./tracing-result.ts";

/** Every order once before one comes again, so that nobody has always the same one in front. */
const ORDERS: readonly (readonly Sampling[])[] = [
  ["default", "none", "all"],
  ["all", "none", "default"],
  ["none", "all", "default"],
  ["default", "all", "none"],
  ["all", "default", "none"],
  ["none", "default", "all"],
];
/** Processes write their spans once a second: by then the last ones are written, and belong to nobody else's time. */
const WRITTEN_MS = 1_500;
const PARTS = ["api", "worker", "postgresql"];

/** The API process of each sampling, on one database with the same workers, which trace what an API process chose. */
export interface TracingArena {
  readonly stage: Stage;
  readonly apis: Readonly<Record<Sampling, Running>>;
}

/** Measures each sampling once. @param nth the round, from 0 on: it says in which order */
export async function tracingRound(arena: TracingArena, nth: number, timing: Timing): Promise<TracingRound> {
  const samples: Partial<Record<Sampling, TracingSample>> = {};
  for (const sampling of ORDERS[nth % ORDERS.length]!) {
    samples[sampling] = await measureOne(arena, sampling, timing);
  }
  return samples as TracingRound;
}

async function measureOne(
  { stage, apis }: TracingArena,
  sampling: Sampling,
  timing: Timing,
): Promise<TracingSample> {
  const { cast, pool, origin, adminToken } = stage;
  const eventIds = await openEvents({ origin, adminToken, db: pool }, HOT);
  const contestant = { ...contestantOf("evently", cast, pool), api: apis[sampling] };
  const idle = Object.values(apis).filter((api) => api !== contestant.api);
  const arena = {
    ...stage.arena(timing),
    besides: { idle: { pids: idle.map(({ pid }) => pid), children: false } },
  };
  const tracers = [contestant.api, ...contestant.workers];
  const before = await spansOf(tracers);
  const { decidedPerS, cpu, errors, violations } = await measure(arena, contestant, HOT, eventIds);
  await sleep(WRITTEN_MS);
  const after = await spansOf(tracers);
  const decisions = (await contestant.decided?.(eventIds)) || 1;
  const spans = (result: keyof typeof after) =>
    Number(((after[result] - before[result]) / decisions).toFixed(3));
  return {
    decided_per_s: decidedPerS,
    cpu_us_per_decision: sumOf(cpuPerDecision(cpu, decidedPerS)),
    cpu,
    spans_kept: spans("kept"),
    spans_dropped: spans("dropped"),
    errors,
    violations,
  };
}

function sumOf(parts: Readonly<Record<string, number>> | null): number | null {
  return parts === null ? null : PARTS.reduce((sum, part) => sum + (parts[part] ?? 0), 0);
}

/** Spans that some processes have written and dropped since they began, by their own metrics. */
async function spansOf(
  processes: readonly Running[],
): Promise<{ readonly kept: number; readonly dropped: number }> {
  const texts = await Promise.all(
    processes.map(async ({ port }) => (await fetch(`http://127.0.0.1:${port}/metrics`)).text()),
  );
  const sum = (result: string) =>
    texts.reduce((added, text) => {
      const count = new RegExp(`^evently_trace_spans_total\\{result="${result}"\\} (\\S+)$`, "m").exec(
        text,
      )?.[1];
      return added + Number(count ?? 0);
    }, 0);
  return { kept: sum("kept"), dropped: sum("dropped") };
}
