import type { BenchOptions, Timing } from "./bench-options.ts";
import { calibrate } from "./calibration.ts";
import { Conductor } from "./conductor.ts";
import { digits, whole } from "./format.ts";
import { goalsOf } from "./goals.ts";
import { describeMachine, describeSettings, describeVersions } from "./machine.ts";
import type { Sample } from "./measure.ts";
import { type Measured, type Report, resultsOf } from "./results.ts";
import { type Measurement, SETTINGS } from "./scenarios.ts";
import { setUpStage } from "./stage.ts";
import type { Started } from "./started.ts";

/** On the disk of the project, as the data of the product are; /tmp is memory on many machines. */
const FOLDER = ".evently";
const WARM_UP_MS = 4_000;
const WARM_UP_QUICK_MS = 500;

/**
 * Sets everything up, makes every measurement of the plan, and takes the medians.
 * @param say takes one line of progress at a time
 */
export async function runBench(
  options: BenchOptions,
  started: Started,
  say: (line: string) => void,
): Promise<Report> {
  const startedAt = new Date().toISOString();
  say("starting PostgreSQL, Evently and its peers");
  const users = Math.max(...options.plan.map(({ scenario }) => scenario.connections));
  const stage = await setUpStage(started, { users, folder: FOLDER, profile: options.profile });
  const machine = describeMachine(stage.postgres.folder);
  const conductor = new Conductor(stage);
  await warmUp(conductor, options.plan, options.quick ? WARM_UP_QUICK_MS : WARM_UP_MS);
  const { trials, sizes } = await calibrate(conductor, options, say);
  const measured: Measured[] = [];
  for (const [at, measurement] of options.plan.entries()) {
    const poolSize = sizes(measurement);
    const sample = await conductor.run(measurement, poolSize, options.timing);
    measured.push({ ...measurement, sample, poolSize });
    say(`${at + 1}/${options.plan.length}  ${progressOf(measurement, sample)}`);
  }
  await conductor.reset();
  const results = resultsOf(measured);
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
  };
}

/**
 * Every process works for a while before anything counts, with seats too where they are measured: code is compiled while it runs, and after half a second at
 * 5,000 requests a second a first round was still a third slower than the second.
 */
async function warmUp(conductor: Conductor, plan: readonly Measurement[], measureMs: number): Promise<void> {
  const timing: Timing = { warmUpMs: 0, measureMs };
  const groups = Map.groupBy(plan, ({ variant, scenario }) => `${variant}/${scenario.isSeated}`);
  for (const measurements of groups.values()) {
    const busiest = measurements.toSorted((a, b) => b.scenario.connections - a.scenario.connections)[0]!;
    await conductor.run({ ...busiest, setting: SETTINGS[0] }, null, timing);
  }
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
