import type { Lap, TurnPhase } from "./ports.ts";

/**
 * Measures the phases of a turn: each `lap` adds the time since the one before to a phase. Milliseconds; laps are on the
 * clock of `performance.now()`.
 */
export function stopwatch() {
  const phases: Record<TurnPhase, number> = { lock: 0, fetch: 0, load: 0, decide: 0, commit: 0 };
  const laps: Lap[] = [];
  let last = performance.now();
  return {
    phases,
    laps,
    lap(phase: TurnPhase): void {
      const now = performance.now();
      phases[phase] += now - last;
      laps.push({ phase, fromMs: last, toMs: now });
      last = now;
    },
  };
}

/** What a stopwatch has measured. */
export type Timing = Pick<ReturnType<typeof stopwatch>, "phases" | "laps">;
