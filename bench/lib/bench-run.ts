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
const WARM_UP: Timing = { warmUpMs: 0, measureMs: 600 };

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
  await warmUp(conductor, options.plan);
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

/** Every process works for a moment before anything counts: code that runs for the first time is slow. */
async function warmUp(conductor: Conductor, plan: readonly Measurement[]): Promise<void> {
  for (const measurements of Map.groupBy(plan, ({ variant }) => variant).values()) {
    const busiest = measurements.toSorted((a, b) => b.scenario.connections - a.scenario.connections)[0]!;
    await conductor.run({ ...busiest, setting: SETTINGS[0] }, null, WARM_UP);
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
