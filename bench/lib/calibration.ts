import type { BenchOptions, Timing } from "./bench-options.ts";
import type { Conductor } from "./conductor.ts";
import { whole } from "./format.ts";
import type { PoolTrial } from "./results.ts";
import type { Measurement, Variant } from "./scenarios.ts";

const TRIAL: Timing = { warmUpMs: 700, measureMs: 900 };

/**
 * Connections of each peer in a quick run, which has no time to try: what did best in full runs on 2 cores. A hot row
 * is best served by few, since all but one of them wait for its lock.
 */
const POOL_SIZE_QUICK = { hot: 4, spread: 10 } as const;

const POOLED: readonly Variant[] = ["row-lock", "conditional", "send-per-request"];

/** What share a pool: one variant, in one setting, with one event or with many. */
function groupOf({ variant, setting, scenario }: Measurement): string {
  return [variant, setting.name, scenario.events].join("/");
}

/** The pool that a measurement is to be made with. */
export type PoolSizes = (measurement: Measurement) => number | null;

/**
 * Tries every peer with each size of its pool, under the most connections it will meet.
 * @returns the trials, and the best size for each measurement; null for variants without a pool of their own
 */
export async function calibrate(
  conductor: Conductor,
  options: BenchOptions,
  say: (line: string) => void,
): Promise<{ readonly trials: readonly PoolTrial[]; readonly sizes: PoolSizes }> {
  const trials: PoolTrial[] = [];
  const best = new Map<string, number>();
  const pooled = options.plan.filter(({ variant }) => POOLED.includes(variant));
  for (const [group, measurements] of Map.groupBy(pooled, groupOf)) {
    const busiest = measurements.toSorted((a, b) => b.scenario.connections - a.scenario.connections)[0]!;
    if (options.quick) {
      best.set(group, busiest.scenario.events === 1 ? POOL_SIZE_QUICK.hot : POOL_SIZE_QUICK.spread);
      continue;
    }
    const tried = await tryAll(conductor, busiest, options.poolSizes);
    trials.push(...tried);
    const winner = tried.toSorted((a, b) => b.decided_per_s - a.decided_per_s)[0]!;
    best.set(group, winner.pool_size);
    say(`pool of ${group}: ${tried.map(describe).join(", ")} → ${winner.pool_size}`);
  }
  return { trials, sizes: (measurement) => best.get(groupOf(measurement)) ?? null };
}

async function tryAll(
  conductor: Conductor,
  measurement: Measurement,
  sizes: readonly number[],
): Promise<PoolTrial[]> {
  const { variant, setting, scenario } = measurement;
  const trials: PoolTrial[] = [];
  for (const size of sizes) {
    const sample = await conductor.run(measurement, size, TRIAL);
    trials.push({
      variant,
      setting: setting.name,
      events: scenario.events,
      pool_size: size,
      decided_per_s: Math.round(sample.decidedPerS),
    });
  }
  return trials;
}

function describe({ pool_size, decided_per_s }: PoolTrial): string {
  return `${pool_size} connections ${whole(decided_per_s)}/s`;
}
