import type { SuiteStage } from "../suites/suite.ts";
import type { BenchOptions, Timing } from "./bench-options.ts";
import { calibrate, type PoolSizes } from "./calibration.ts";
import { Conductor } from "./conductor.ts";
import { isPeer } from "./contestants.ts";
import { digits, whole } from "./format.ts";
import { goalsOf } from "./goals.ts";
import { describeMachine, describeSettings, describeVersions } from "./machine.ts";
import type { Sample } from "./measure.ts";
import { crashRedis } from "./redis-crash.ts";
import { whyNoRedis } from "./redis-server.ts";
import { type LeftOut, type Measured, type Report, resultsOf } from "./results.ts";
import { type Measurement, needsRedis, SETTINGS, type Variant } from "./scenarios.ts";
import { SELL_OUT, SELL_OUT_QUICK, type SellOut, sellOut } from "./sell-out.ts";
import { describeSellOut } from "./sell-out-report.ts";
import type { Stage } from "./stage.ts";

const WARM_UP_MS = 4_000;
const WARM_UP_QUICK_MS = 500;

/** Sets everything up, makes every measurement of the plan, and takes the medians. */
export async function runBench({ setUp, say }: SuiteStage, options: BenchOptions): Promise<Report> {
  const startedAt = new Date().toISOString();
  const { plan, leftOut } = playable(options.plan);
  for (const { variant, reason } of leftOut) say(`left out: ${variant} (${reason})`);
  const users = Math.max(...plan.map(({ scenario }) => scenario.connections));
  const peers = variantsOf(plan).filter(isPeer);
  const stage = await setUp({ users, peers });
  const machine = describeMachine(stage.postgres.folder);
  const conductor = new Conductor(stage);
  const warmUpMs = options.quick ? WARM_UP_QUICK_MS : WARM_UP_MS;
  await warmUp(conductor, plan, warmUpMs);
  const { trials, sizes } = await calibrate(conductor, { ...options, plan }, say);
  const measured: Measured[] = [];
  for (const [at, measurement] of plan.entries()) {
    const poolSize = sizes(measurement);
    const timing = isMeasuredOnce(measurement, plan) ? longer(options.timing, warmUpMs) : options.timing;
    const sample = await conductor.run(measurement, poolSize, timing);
    measured.push({ ...measurement, sample, poolSize });
    say(`${at + 1}/${plan.length}  ${progressOf(measurement, sample)}`);
  }
  await conductor.reset();
  const results = resultsOf(measured);
  const soldOut = await sellOutAll(conductor, stage, { ...options, plan }, { sizes, say });
  return {
    started_at: startedAt,
    quick: options.quick,
    rounds: options.rounds,
    warm_up_ms: options.timing.warmUpMs,
    measure_ms: options.timing.measureMs,
    machine,
    versions: await describeVersions(stage.pool),
    postgresql_settings: await describeSettings(stage.pool),
    calibration: trials,
    goals: goalsOf(results),
    results,
    sell_out: soldOut,
    // Last of all: nothing of this peer can be used afterwards.
    redis_crashes: options.quick || !peers.includes("redis-lua") ? [] : await crashRedis(stage, conductor),
    left_out: leftOut,
  };
}

/** The measurements that this machine allows, and who cannot take part. @throws Error where nobody is left */
function playable(plan: readonly Measurement[]): {
  readonly plan: readonly Measurement[];
  readonly leftOut: readonly LeftOut[];
} {
  const reason = whyNoRedis();
  if (reason === null) return { plan, leftOut: [] };
  const left = plan.filter(({ variant }) => !needsRedis(variant));
  if (left.length === 0) throw new Error(`none of these variants can take part: ${reason}`);
  const leftOut = variantsOf(plan).filter(needsRedis);
  return { plan: left, leftOut: leftOut.map((variant) => ({ variant, reason })) };
}

function variantsOf(plan: readonly Measurement[]): Variant[] {
  return [...new Set(plan.map(({ variant }) => variant))];
}

/** Has every variant that books sell one event out. */
async function sellOutAll(
  conductor: Conductor,
  stage: Stage,
  { plan, quick }: Pick<BenchOptions, "plan" | "quick">,
  { sizes, say }: { readonly sizes: PoolSizes; readonly say: (line: string) => void },
): Promise<SellOut[]> {
  const results: SellOut[] = [];
  for (const variant of variantsOf(plan).filter((one) => one !== "ceiling")) {
    const alike = plan
      .filter((one) => one.variant === variant)
      .toSorted((a, b) => a.scenario.events - b.scenario.events);
    await conductor.prepare({ ...alike[0]!, setting: SETTINGS[0] }, sizes(alike[0]!));
    const result = await sellOut(stage, variant, quick ? SELL_OUT_QUICK : SELL_OUT);
    results.push(result);
    say(`sell-out  ${describeSellOut(result)}`);
  }
  return results;
}

/**
 * Every process works for a while before anything counts, with seats too where they are measured: code is compiled while
 * it runs, and after half a second at 5,000 requests a second a first round was still a third slower than the second.
 */
async function warmUp(conductor: Conductor, plan: readonly Measurement[], measureMs: number): Promise<void> {
  const timing: Timing = { warmUpMs: 0, measureMs };
  for (const measurements of groupsOf(plan).values()) {
    if (measurements.length === 1) continue;
    const busiest = measurements.toSorted((a, b) => b.scenario.connections - a.scenario.connections)[0]!;
    await conductor.run({ ...busiest, setting: SETTINGS[0] }, null, timing);
  }
}

/** What is measured once, as a quick run measures most peers, is warmed up where it is measured. */
function isMeasuredOnce(measurement: Measurement, plan: readonly Measurement[]): boolean {
  return groupsOf(plan).get(groupOf(measurement))?.length === 1;
}

function longer({ warmUpMs, measureMs }: Timing, byMs: number): Timing {
  return { warmUpMs: warmUpMs + byMs, measureMs };
}

function groupOf({ variant, scenario }: Measurement): string {
  return `${variant}/${scenario.isSeated}`;
}

function groupsOf(plan: readonly Measurement[]): Map<string, Measurement[]> {
  return Map.groupBy(plan, groupOf);
}

function progressOf({ setting, scenario, variant }: Measurement, sample: Sample): string {
  const { decidedPerS, p50Ms, p99Ms, errors, violations } = sample;
  const figures = `${whole(decidedPerS).padStart(7)}/s  p50 ${digits(p50Ms ?? 0)} ms  p99 ${digits(p99Ms ?? 0)} ms`;
  const trouble = [
    errors === 0 ? "" : `  ${whole(errors)} ERRORS ${JSON.stringify(sample.errorsByStatus)}`,
    ...violations.map((violation) => `  BOOKS VIOLATED: ${violation}`),
  ].join("");
  return `${setting.name.padEnd(12)}  ${scenario.name.padEnd(11)}  ${variant.padEnd(16)}  ${figures}${trouble}`;
}
