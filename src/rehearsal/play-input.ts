import type { World } from "../domain/state.ts";
import type { Demand, OrganiserAct } from "./demand.ts";
import type { Donors } from "./donors.ts";
import type { PricingRule } from "./pricing-rule.ts";

/** What a play is made of. Times are Unix milliseconds. */
export interface PlayInput {
  readonly world: World;
  readonly startsAt: number;
  /** Nothing happens after it; null: it goes on until nothing is left to happen. */
  readonly until: number | null;
  readonly demand: Demand;
  readonly acts: readonly OrganiserAct[];
  readonly donors: Donors;
  readonly rule: PricingRule;
  /** Whether what buyers were shown is as in the record. */
  readonly keepsShown: boolean;
  /** Commands that are decided in a second; null: each at once, when its time has come. */
  readonly decidedPerSecond: number | null;
  readonly seed: number;
  /** Told how many of the requests are done. */
  readonly progress: (done: number) => void;
}

/** What an organiser did in the record and could not do here. */
export interface Conflict {
  readonly at: number;
  readonly command: string;
  readonly reason: string;
}

/** A tier's price that changed. */
export interface PriceChange {
  readonly at: number;
  readonly tier: string;
  readonly priceMinor: number;
}
