import type pg from "pg";
import { stepAnalytics } from "../../src/store/analytics/step.ts";

const ENTRIES_PER_STEP = 2_000;

/** Processor time of this process so far, milliseconds. */
export function cpuMs(): number {
  const { user, system } = process.cpuUsage();
  return (user + system) / 1_000;
}

export interface Projected {
  readonly entries: number;
  /** Of this process, per entry. */
  readonly cpuUs: number;
  readonly elapsedUs: number;
}

/** Adds up everything that was decided. */
export async function projectAll(pool: pg.Pool): Promise<Projected> {
  const [startedCpuMs, startedMs] = [cpuMs(), performance.now()];
  let entries = 0;
  for (;;) {
    const step = await stepAnalytics(pool, ENTRIES_PER_STEP);
    entries += step.entries;
    if (step.behind <= step.entries) break;
  }
  const perEntry = (ms: number) => Math.round((ms * 10_000) / Math.max(1, entries)) / 10;
  return {
    entries,
    cpuUs: perEntry(cpuMs() - startedCpuMs),
    elapsedUs: perEntry(performance.now() - startedMs),
  };
}

export interface Timing {
  readonly p50: number;
  readonly p99: number;
  readonly max: number;
}

/** How long something takes, one after the other, in milliseconds. */
export async function timed(times: number, work: () => Promise<unknown>): Promise<Timing> {
  const taken: number[] = [];
  for (let at = 0; at < times; at += 1) {
    const started = performance.now();
    await work();
    taken.push(performance.now() - started);
  }
  taken.sort((one, other) => one - other);
  const at = (part: number) =>
    Math.round((taken[Math.min(taken.length - 1, Math.floor(part * taken.length))] ?? 0) * 10) / 10;
  return { p50: at(0.5), p99: at(0.99), max: at(1) };
}
