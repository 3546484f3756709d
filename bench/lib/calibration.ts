import type { BenchOptions, Timing } from "./bench-options.ts";
import type { Conductor } from "./conductor.ts";
import { whole } from "./format.ts";
import type { PoolTrial } from "./results.ts";
import type { Measurement, Variant } from "./scenarios.ts";

const TRIAL: Timing = { warmUpMs: 600, measureMs: 900 };
/** So many sizes are tried once more, and their best counts: what disturbs a trial only ever makes it slower. */
const TRIED_AGAIN = 2;

/** Connections of each peer in a quick run, which has no time to try: what did best in full runs on 2 cores. */
const POOL_SIZE_QUICK: Readonly<Partial<Record<Variant, { readonly hot: number; readonly spread: number }>>> =
  {
    "row-lock": { hot: 10, spread: 50 },
    "row-lock-tuned": { hot: 10, spread: 50 },
    optimistic: { hot: 1, spread: 20 },
    conditional: { hot: 4, spread: 20 },
    "send-per-request": { hot: 4, spread: 4 },
    "send-batch": { hot: 4, spread: 4 },
  };

/**
 * Peers that lock nothing while they answer: their pool sends jobs, whatever the jobs are for, so it is tried once. The
 * peers that are not in the table have one connection to use, or none.
 */
const TRIED_ONCE: readonly Variant[] = ["send-per-request", "send-batch"];

/** What share a pool: one variant, in one setting, with one event or with many. */
function groupOf({ variant, setting, scenario }: Measurement): string {
  return TRIED_ONCE.includes(variant) ? variant : [variant, setting.name, scenario.events].join("/");
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
  const pooled = options.plan.filter(({ variant }) => POOL_SIZE_QUICK[variant] !== undefined);
  for (const [group, measurements] of Map.groupBy(pooled, groupOf)) {
    const busiest = measurements.toSorted((a, b) => b.scenario.connections - a.scenario.connections)[0]!;
    if (options.quick) {
      best.set(group, POOL_SIZE_QUICK[busiest.variant]![busiest.scenario.events === 1 ? "hot" : "spread"]);
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
  const best = new Map<number, number>();
  const tryOnce = async (size: number): Promise<void> => {
    const { decidedPerS } = await conductor.run(measurement, size, TRIAL);
    best.set(size, Math.max(best.get(size) ?? 0, Math.round(decidedPerS)));
  };
  for (const size of sizes) await tryOnce(size);
  const leading = [...best].toSorted((a, b) => b[1] - a[1]).slice(0, TRIED_AGAIN);
  for (const [size] of leading) await tryOnce(size);
  return [...best].map(([pool_size, decided_per_s]) => ({
    variant,
    setting: setting.name,
    events: scenario.events,
    pool_size,
    decided_per_s,
  }));
}

function describe({ pool_size, decided_per_s }: PoolTrial): string {
  return `${pool_size} connections ${whole(decided_per_s)}/s`;
}
