import type { MemoryReading } from "../lib/memory.ts";
import type { MemorySample } from "../lib/memory-log.ts";
import type { MemoryTrend, SoakWindow } from "./soak-result.ts";

/** Heaps grow to their working size first. */
const UNJUDGED_MIN = 2;
const UNJUDGED_SHARE = 0.2;
/** A heap breathes: a line through it that rises by so little tells nothing. */
const GROWTH_MAX = 0.1;
/** In less time a heap does not even find its size. */
const JUDGED_MIN_MIN = 3;
const LAST_AGAINST_FIRST_MIN = 0.9;
/** What waits at the end of a minute, in seconds of load: more is a load that is not kept up with. */
const BACKLOG_S_MAX = 1;

const PARTS: readonly (keyof MemoryReading)[] = ["api", "worker", "effects", "postgresql"];

/** From when on memory is judged: two minutes on, in a shorter run after a fifth of it. */
export function judgedFrom(minutes: number): number {
  return Math.min(UNJUDGED_MIN, minutes * UNJUDGED_SHARE);
}

/** Fits a line through the memory of each part, by least squares, from `fromMin` on. */
export function trendsOf(samples: readonly MemorySample[], fromMin: number): MemoryTrend[] {
  const judged = samples.filter(({ at_min }) => at_min >= fromMin);
  if (judged.length < 2) return [];
  const minutes = judged.at(-1)!.at_min - judged[0]!.at_min;
  return PARTS.map((part) => {
    const { mean, slope } = fitted(judged.map(({ at_min, mib }) => ({ x: at_min, y: mib[part] })));
    const growth = mean === 0 ? 0 : (slope * minutes) / mean;
    return {
      part,
      mean_mib: Math.round(mean),
      slope_mib_per_min: Number(slope.toFixed(2)),
      growth: Number(growth.toFixed(3)),
      is_flat: minutes < JUDGED_MIN_MIN ? null : growth <= GROWTH_MAX,
    };
  });
}

function fitted(points: readonly { readonly x: number; readonly y: number }[]) {
  const mean = (values: readonly number[]) => values.reduce((sum, value) => sum + value, 0) / values.length;
  const x = mean(points.map((point) => point.x));
  const y = mean(points.map((point) => point.y));
  const spread = points.reduce((sum, point) => sum + (point.x - x) ** 2, 0);
  const common = points.reduce((sum, point) => sum + (point.x - x) * (point.y - y), 0);
  return { mean: y, slope: spread === 0 ? 0 : common / spread };
}

/** Whether the last window decided nearly as much as the first. */
export function steadiness(windows: readonly Pick<SoakWindow, "decided_per_s">[]) {
  const [first, last] = [windows[0]?.decided_per_s ?? 0, windows.at(-1)?.decided_per_s ?? 0];
  const ratio = first === 0 ? 0 : last / first;
  return { last_against_first: Number(ratio.toFixed(3)), is_steady: ratio >= LAST_AGAINST_FIRST_MIN };
}

/** Whether all that came was answered as it came, in every window: a rate can be steady that is too low. */
export function keepingUp(windows: readonly Pick<SoakWindow, "backlog">[], offeredPerS: number) {
  const backlogS = Math.max(0, ...windows.map(({ backlog }) => backlog)) / offeredPerS;
  return { backlog_s_max: Number(backlogS.toFixed(2)), keeps_up: backlogS <= BACKLOG_S_MAX };
}
