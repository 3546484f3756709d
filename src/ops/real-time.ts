import { execFile, execFileSync } from "node:child_process";
import { availableParallelism } from "node:os";
import { promisify } from "node:util";

/** It is looked so often how busy this process is. */
const TICK_MS = 1_000;
/** Of one processor. From here on who goes first keeps others from theirs, and they are whom it waits for. */
const BUSY_SHARE = 0.7;
const CALM_SHARE = 0.5;
const CALM_TICKS = 5;

/**
 * Puts this process, with the threads that it has by now, before everything that shares the processors by `nice`: it runs
 * as soon as it is ready, where even -20 waits for others to use up their turns of up to 4 ms (`SCHED_RR`, sched(7)). What
 * it starts later, threads and processes, runs as everything does.
 * @param level 1 to 99: before those of a lower one
 * @returns whether the system let it: Linux with `chrt`, root or `CAP_SYS_NICE`, two processors at least.
 */
export function takeRealTime(level: number): boolean {
  if (process.platform !== "linux" || availableParallelism() === 1) return false;
  try {
    execFileSync("chrt", inRealTime(level), { stdio: "ignore" });
    return true;
  } catch {
    return false;
  }
}

/** Whether a process is moderate enough to run before all others: until it is busy, and again once it has been calm for a while. */
export class Moderation {
  #isModerate = true;
  #calmTicks = 0;

  /** @param share of one processor that the process used since the last tick, all its threads together */
  tick(share: number): boolean {
    this.#calmTicks = share < CALM_SHARE ? this.#calmTicks + 1 : 0;
    if (share >= BUSY_SHARE) this.#isModerate = false;
    else if (this.#calmTicks >= CALM_TICKS) this.#isModerate = true;
    return this.#isModerate;
  }
}

/**
 * Real time for a process that is urgent and seldom busy. As soon as it is busy it goes back to its priority: an overload would
 * otherwise leave nothing to those whose answers it waits for.
 * @returns null where the system does not allow it
 */
export function holdRealTime(level: number): { readonly isHeld: boolean; close(): void } | null {
  if (!takeRealTime(level)) return null;
  const moderation = new Moderation();
  let isHeld = true;
  let last = { usedMs: usedMs(), atMs: performance.now() };
  let changing: Promise<void> | null = null;
  const change = async (wanted: boolean) => {
    await promisify(execFile)("chrt", wanted ? inRealTime(level) : atItsPriority());
    isHeld = wanted;
  };
  const ticking = setInterval(() => {
    const now = { usedMs: usedMs(), atMs: performance.now() };
    const wanted = moderation.tick((now.usedMs - last.usedMs) / (now.atMs - last.atMs));
    last = now;
    if (wanted === isHeld || changing !== null) return;
    // Where it fails, the next tick tries again.
    changing = change(wanted)
      .catch(() => undefined)
      .finally(() => {
        changing = null;
      });
  }, TICK_MS).unref();
  return {
    get isHeld() {
      return isHeld;
    },
    close: () => clearInterval(ticking),
  };
}

function usedMs(): number {
  const { user, system } = process.cpuUsage();
  return (user + system) / 1_000;
}

function inRealTime(level: number): string[] {
  return ["--all-tasks", "--reset-on-fork", "--rr", "--pid", String(level), String(process.pid)];
}

/** How nice its threads are is left as it is. */
function atItsPriority(): string[] {
  return ["--all-tasks", "--other", "--pid", "0", String(process.pid)];
}
