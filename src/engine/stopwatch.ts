import type { TurnPhase } from "./ports.ts";

/** Measures the phases of a turn: each `lap` adds the time since the one before to a phase. Milliseconds. */
export function stopwatch() {
  const phases: Record<TurnPhase, number> = { lock: 0, fetch: 0, load: 0, decide: 0, commit: 0 };
  let last = performance.now();
  return {
    phases,
    lap(phase: TurnPhase): void {
      const now = performance.now();
      phases[phase] += now - last;
      last = now;
    },
  };
}
