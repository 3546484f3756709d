import type { Timing } from "./bench-options.ts";
import { Conductor } from "./conductor.ts";
import { type Scenario, SETTINGS } from "./scenarios.ts";
import type { Stage } from "./stage.ts";

const TIMING = {
  full: { warmUpMs: 2_000, measureMs: 4_000 },
  quick: { warmUpMs: 700, measureMs: 1_000 },
} as const satisfies Record<string, Timing>;
/** The best counts: what disturbs one only ever makes it slower. */
const PASSES = { full: 3, quick: 2 } as const;

/**
 * What the product decides a second in a closed loop that never lets it rest.
 * @throws Error where it decided nothing: whatever a multiple of that is offered would say nothing either
 */
export async function findCapacity(
  stage: Stage,
  scenario: Scenario,
  length: keyof typeof TIMING,
): Promise<number> {
  const conductor = new Conductor(stage);
  const measurement = { setting: SETTINGS[0], scenario, variant: "evently" } as const;
  let best = 0;
  for (let pass = 0; pass < PASSES[length]; pass += 1) {
    const { decidedPerS } = await conductor.run(measurement, null, TIMING[length]);
    best = Math.max(best, Math.round(decidedPerS));
  }
  if (best === 0) throw new Error("nothing was decided while the capacity was measured");
  return best;
}
