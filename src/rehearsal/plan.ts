import type { DemandRow } from "./demand-row.ts";
import type { PayingHabit } from "./donors.ts";
import type { RuleName } from "./pricing-rule.ts";
import type { WhatIf } from "./stage.ts";

/** Who comes: the event's own buyers so many times, or those who are stated. */
export type Wanted =
  | { readonly type: "recorded"; readonly times: number }
  | { readonly type: "stated"; readonly rows: readonly DemandRow[] };

/** What is to be rehearsed. */
export interface RehearsalPlan {
  readonly wanted: Wanted;
  /** `start`: as if nothing had been sold; `now`: what is left is sold on. */
  readonly from: "start" | "now";
  /** Empty: all that make sense. */
  readonly rules: readonly RuleName[];
  readonly whatIf: WhatIf;
  /** Decisions a second; null: what was measured. */
  readonly decidedPerSecond: number | null;
  readonly seed: number;
  /** At the base price; null: that which price recommendations begin with. */
  readonly elasticity: number | null;
  readonly habit: PayingHabit;
}

/** People of one rehearsal, those included who are only assumed: what is kept of each takes about a kilobyte. */
export const REQUESTS_MAX = 1_000_000;
export const TIMES_MAX = 1_000;
export const SEED_DEFAULT = 1;
