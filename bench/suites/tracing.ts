import { loadConfig } from "../../src/ops/config.ts";
import type { BenchOptions } from "../lib/bench-options.ts";
import { whole } from "../lib/format.ts";
import { type Running, startProcess } from "../lib/processes.ts";
import { HOT } from "../lib/scenarios.ts";
import type { Suite, SuiteStage } from "./suite.ts";
import { renderTracing } from "./tracing-report.ts";
import { SAMPLINGS, type Sampling, type TracingResult, type TracingRound } from "./tracing-result.ts";
import { type TracingArena, tracingRound } from "./tracing-rounds.ts";
import { tracingGoals, tracingRows } from "./tracing-verdict.ts";

const ROUNDS = { full: 6, quick: 1 } as const;
const TIMES = {
  full: { warmUpMs: 2_000, measureMs: 5_000 },
  quick: { warmUpMs: 500, measureMs: 1_000 },
} as const;
/** Every process works for so long before anything counts: code is compiled while it runs. */
const WARM_UP_MS = { full: 4_000, quick: 500 } as const;

async function run(suiteStage: SuiteStage, { quick }: BenchOptions): Promise<TracingResult> {
  const length = quick ? "quick" : "full";
  const ratios = { default: loadConfig({}).TRACE_SAMPLE_RATIO, none: 0, all: 1 };
  const arena = await setUpArena(suiteStage, ratios);
  await tracingRound(arena, 0, { warmUpMs: 0, measureMs: WARM_UP_MS[length] });
  const rounds: TracingRound[] = [];
  for (let nth = 0; nth < ROUNDS[length]; nth += 1) {
    const round = await tracingRound(arena, nth, TIMES[length]);
    rounds.push(round);
    suiteStage.say(progressOf(round, nth));
  }
  const rows = tracingRows(rounds);
  return {
    connections: HOT.connections,
    rounds: rounds.length,
    warm_up_ms: TIMES[length].warmUpMs,
    measure_ms: TIMES[length].measureMs,
    ratios,
    goals: tracingGoals(rows),
    rows,
  };
}

/** All of them stay up: who is not asked rests. */
async function setUpArena(
  { setUp, started }: SuiteStage,
  ratios: TracingResult["ratios"],
): Promise<TracingArena> {
  const sampled = (sampling: Sampling) => ({ TRACE_SAMPLE_RATIO: `${ratios[sampling]}` });
  // Whatever the environment says: what is measured is the product as it comes.
  const stage = await setUp({ users: HOT.connections, peers: [], env: sampled("default") });
  const start = async (sampling: Sampling): Promise<Running> => {
    const env = { ...stage.env, ...sampled(sampling) };
    const name = `API with ${SAMPLINGS[sampling]}`;
    return started.add(await startProcess({ name, script: "src/server.ts", env }));
  };
  return { stage, apis: { default: stage.cast.api, none: await start("none"), all: await start("all") } };
}

function progressOf(round: TracingRound, nth: number): string {
  const figures = (Object.keys(SAMPLINGS) as Sampling[]).map((sampling) => {
    const { decided_per_s, violations } = round[sampling];
    return [`${SAMPLINGS[sampling]} ${whole(decided_per_s)}/s`, ...violations].join(", ");
  });
  return `round ${nth + 1}: ${figures.join("  ")}`;
}

/** What it costs to trace some requests, and all of them. */
export const tracing: Suite<TracingResult> = {
  name: "tracing",
  title: "Tracing: one hot event with some requests traced, with none and with all (closed loop)",
  help: "one hot event as it comes, with nothing traced and with everything traced, in turn",
  file: "tracing",
  notWhenQuick: null,
  run,
  render: renderTracing,
  charts: () => ({}),
  violations: ({ rows }) =>
    rows.flatMap(({ sampling, violations }) =>
      violations.map((violation) => `${SAMPLINGS[sampling]}: ${violation}`),
    ),
};
