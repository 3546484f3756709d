import { execFileSync } from "node:child_process";
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

/**
 * Puts this process, with the threads that it has by now, before everything that shares the processors by `nice`: it runs
 * as soon as it is ready, where even -20 waits for others to use up their turns of up to 4 ms (`SCHED_RR`, sched(7)). What
 * it starts later, threads and processes, runs as everything does.
 * @param level 1 to 99: before those of a lower one
 * @returns whether the system let it: Linux with `chrt`, root or `CAP_SYS_NICE`, two processors at least.
 */
export function takeRealTime(level: number): boolean {
  if (process.platform !== "linux" || availableParallelism() === 1) return false;
  const args = ["--all-tasks", "--reset-on-fork", "--rr", "--pid", String(level), String(process.pid)];
  try {
    execFileSync("chrt", args, { stdio: "ignore" });
    return true;
  } catch {
    return false;
  }
}

function threads(): readonly number[] {
  return process.platform === "linux" ? readdirSync("/proc/self/task").map(Number) : [process.pid];
}
