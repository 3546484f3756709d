import { readdirSync } from "node:fs";
import { availableParallelism, setPriority } from "node:os";

/**
 * Gives this process a priority as `nice` counts, -20 (first) to 19 (last), with all its threads: on Linux each has its own,
 * and the main thread waits for those that collect garbage.
 * @returns whether the system let it. Going before others is root's, or `CAP_SYS_NICE`'s; and where there is a single
 *   processor whoever goes first goes alone, so that it is not tried.
 */
export function takePriority(nice: number): boolean {
  if (nice < 0 && availableParallelism() === 1) return false;
  try {
    for (const thread of threads()) setPriority(thread, nice);
    return true;
  } catch {
    return false;
  }
}

function threads(): readonly number[] {
  return process.platform === "linux" ? readdirSync("/proc/self/task").map(Number) : [process.pid];
}
