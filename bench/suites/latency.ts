import { openEvents } from "../lib/bench-events.ts";
import type { BenchOptions } from "../lib/bench-options.ts";
import { calibrate, type PoolSizes } from "../lib/calibration.ts";
import { Conductor } from "../lib/conductor.ts";
import { contestantOf } from "../lib/contestants.ts";
import { digits, whole } from "../lib/format.ts";
import { HOT, SETTINGS, type Variant } from "../lib/scenarios.ts";
import { DecisionWatch } from "../open-loop/decision-watch.ts";
import { measureOpen, type OpenArena } from "../open-loop/measure-open.ts";
import { bookingOrder } from "../open-loop/orders.ts";
import { startOpenLoad } from "../open-loop/run-open-load.ts";
import { latencyChart, latencyGoals, renderLatency } from "./latency-report.ts";
import type { LatencyResult, LatencyRow } from "./latency-result.ts";
import type { Suite, SuiteStage } from "./suite.ts";

/** 100,000, 200,000 and 300,000 requests a minute. */
const RATES_PER_S = [1_667, 3_333, 5_000] as const;
const TIMES = {
  full: { rates: RATES_PER_S, warmUpMs: 4_000, measureMs: 30_000 },
  quick: { rates: [RATES_PER_S[0]], warmUpMs: 700, measureMs: 2_000 },
} as const;
const CLOSED_LOOP_WARM_UP_MS = { full: 4_000, quick: 500 } as const;

/** Who takes part: the product both ways, and the two ways to book with a lock and without that answer with the decision. */
const TAKES_PART = [
  { variant: "evently", prefer: "wait" },
  { variant: "evently", prefer: "respond-async" },
  { variant: "row-lock-tuned", prefer: "wait" },
  { variant: "conditional", prefer: "wait" },
] as const;

const CONNECTIONS_MAX = 1_000;

async function run(suiteStage: SuiteStage, options: BenchOptions): Promise<LatencyResult> {
  const { variants, quick } = options;
  const parts = TAKES_PART.filter(({ variant }) => variants?.includes(variant) ?? true);
  const peers = [...new Set(parts.flatMap(({ variant }) => (variant === "evently" ? [] : [variant])))];
  const stage = await suiteStage.setUp({ users: CONNECTIONS_MAX, peers });
  const watch = suiteStage.started.add(await new DecisionWatch(stage.postgres.url).start());
  const arena = { stage, watch, generator: await startOpenLoad(suiteStage.started) };
  const conductor = new Conductor(stage);
  const sizes = await prepare(conductor, options, parts, suiteStage.say);
  const length = quick ? "quick" : "full";
  const { rates, warmUpMs, measureMs } = TIMES[length];
  const rows: LatencyRow[] = [];
  for (const one of latencyPlan(rates, parts)) {
    const row = await measureOne(arena, { ...one, warmUpMs, measureMs, length });
    rows.push({ ...row, pool_size: sizes(measurementOf(one.variant)) });
    suiteStage.say(progressOf(rows.at(-1)!));
  }
  return {
    warm_up_ms: warmUpMs,
    measure_ms: measureMs,
    connections_max: CONNECTIONS_MAX,
    goals: latencyGoals(rows),
    rows,
  };
}

/** Everybody at each rate. The seed is the rate's, so that all of them meet the same arrivals. */
export function latencyPlan<Part>(rates: readonly number[], parts: readonly Part[]) {
  return rates.flatMap((rate_per_s, seed) => parts.map((part) => ({ ...part, rate_per_s, seed })));
}

function measurementOf(variant: Variant) {
  return { round: 0, setting: SETTINGS[0], scenario: HOT, variant };
}

/** Every peer has the pool that is best for it, and every process has worked before anything counts. */
async function prepare(
  conductor: Conductor,
  options: BenchOptions,
  parts: readonly { readonly variant: Variant }[],
  say: (line: string) => void,
): Promise<PoolSizes> {
  const plan = [...new Set(parts.map(({ variant }) => variant))].map(measurementOf);
  const { sizes } = await calibrate(conductor, { ...options, plan }, say);
  const measureMs = options.quick ? CLOSED_LOOP_WARM_UP_MS.quick : CLOSED_LOOP_WARM_UP_MS.full;
  for (const one of plan) await conductor.run(one, sizes(one), { warmUpMs: 0, measureMs });
  return sizes;
}

async function measureOne(
  arena: OpenArena,
  how: Pick<LatencyRow, "variant" | "prefer" | "rate_per_s"> & {
    readonly warmUpMs: number;
    readonly measureMs: number;
    readonly seed: number;
    readonly length: "full" | "quick";
  },
): Promise<Omit<LatencyRow, "pool_size">> {
  const { stage } = arena;
  const { variant, prefer, rate_per_s, warmUpMs, measureMs, seed, length } = how;
  const eventIds = await openEvents(
    { origin: stage.origin, adminToken: stage.adminToken, db: stage.pool },
    { events: 1, isSeated: false },
  );
  const order = bookingOrder({ users: stage.users, eventIds, prefer, ratePerS: rate_per_s, seed, length });
  const sample = await measureOpen(arena, contestantOf(variant, stage.cast, stage.pool), {
    ...order,
    warmUpMs,
    windowMs: measureMs,
    connectionsMax: CONNECTIONS_MAX,
  });
  return { variant, prefer, rate_per_s, ...sample };
}

function progressOf(row: LatencyRow): string {
  const { variant, prefer, rate_per_s, decision, accept, decided_per_s, violations } = row;
  const figures = [
    `${whole(decided_per_s)}/s decided`,
    ...(accept === null ? [] : [`202 p99 ${digits(accept.summary.p99_ms)} ms`]),
    ...(decision === null ? [] : [`decision p99 ${digits(decision.summary.p99_ms)} ms`]),
    `backlog ${whole(row.backlog)}`,
    ...violations.map((violation) => `BOOKS VIOLATED: ${violation}`),
  ];
  return `${whole(rate_per_s)}/s  ${variant.padEnd(15)}${prefer.padEnd(14)}  ${figures.join("  ")}`;
}

/** How long an answer takes at a given rate, counted from when a request was to be sent: open loop. */
export const latency: Suite<LatencyResult> = {
  name: "latency",
  title: "Latency at given rates, from the intended time of sending (open loop)",
  help: "open loop: time to 202 and to the decision at 1,667, 3,333 and 5,000 requests a second",
  file: "latency",
  notWhenQuick: null,
  run,
  render: renderLatency,
  charts: (result) => ({ "latency.svg": latencyChart(result) }),
  violations: ({ rows }) =>
    rows.flatMap(({ variant, prefer, rate_per_s, violations }) =>
      violations.map((violation) => `${variant} ${prefer} at ${rate_per_s}/s: ${violation}`),
    ),
};
