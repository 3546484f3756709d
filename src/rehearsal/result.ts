import type { RuleName } from "./pricing-rule.ts";
import type { Came, Kept } from "./tally.ts";

/** What a rehearsal comes to, as it is stored and as `--json` prints it. Times are Unix milliseconds, money is in minor units. */
export interface RehearsalResult {
  readonly version: 1;
  readonly event: {
    readonly id: string;
    readonly number: number;
    readonly name: string;
    readonly currency: string;
    /** The ledger entry up to which the event was read. */
    readonly seq: number;
  };
  readonly demand: DemandSummary;
  readonly line: LineModel;
  /** By how much demand falls where the price rises, as assumed; null: the event is free, or buyers say what they pay. */
  readonly elasticity: number | null;
  readonly rules: readonly RuleResult[];
  /** Whether a repetition of the record came to what the record says; null: it was no mere repetition. */
  readonly check: Check | null;
  /** What the figures rest on, in sentences. */
  readonly assumptions: readonly string[];
}

export interface DemandSummary {
  readonly source: "recorded" | "file";
  readonly times: number;
  readonly seed: number;
  readonly people: number;
  readonly requests: number;
  /** Of these, people who are only assumed: they would have come at a lower price. */
  readonly latent: number;
}

/** How fast decisions are made, and where that is known from. */
export interface LineModel {
  readonly decidedPerSecond: number | null;
  readonly source: "recorded" | "given" | "measured here" | "measured on this installation" | "unknown";
}

export interface Check {
  readonly agrees: boolean;
  /** In words: what, and both figures. */
  readonly differences: readonly string[];
}

export interface RuleResult {
  readonly rule: RuleName;
  readonly startsAt: number;
  readonly endsAt: number;
  readonly requests: Came;
  /** `confirmed`, `held`, `waitlisted`. */
  readonly granted: Readonly<Record<string, Came>>;
  /** By reason, the most frequent first. */
  readonly refused: readonly ({ readonly reason: string } & Came)[];
  readonly pricedOut: Came;
  readonly holds: Kept & { readonly open: number };
  readonly offers: Kept;
  readonly waitlist: {
    readonly joined: number;
    readonly left: number;
    readonly waiting: number;
    readonly longest: number;
  };
  readonly revenue: {
    readonly grossMinor: number;
    readonly refundedMinor: number;
    readonly netMinor: number;
  };
  readonly firstFullAt: number | null;
  readonly soldOutAt: number | null;
  readonly tiers: readonly TierResult[];
  readonly line: LineResult | null;
  readonly priceChanges: readonly {
    readonly at: number;
    readonly tier: string;
    readonly priceMinor: number;
  }[];
  readonly conflicts: readonly { readonly at: number; readonly command: string; readonly reason: string }[];
  readonly series: Series;
}

export interface TierResult {
  readonly tier: string;
  readonly capacity: number;
  readonly sold: number;
  readonly held: number;
  readonly free: number;
  /** When it first had nothing left, and since when it stayed so; null: never. */
  readonly firstFullAt: number | null;
  readonly soldOutAt: number | null;
  readonly netMinor: number;
  readonly firstPriceMinor: number;
  readonly lastPriceMinor: number;
}

export interface LineResult {
  readonly longest: number;
  readonly longestAt: number;
  /** Milliseconds that requests for tickets waited. */
  readonly waitedMs: { readonly p50: number; readonly p95: number; readonly max: number };
}

/** Over time: value `i` is of the time from `fromMs + i · stepMs` to a step later. */
export interface Series {
  readonly fromMs: number;
  readonly stepMs: number;
  /** What part of the requests lies within, 0 … 1. */
  readonly share: number;
  /** The longest in the step. */
  readonly line: readonly number[] | null;
  /** Requests that were refused in the step, by reason. */
  readonly refused: Readonly<Record<string, readonly number[]>>;
  readonly granted: readonly number[];
  /** At the end of the step. */
  readonly free: readonly number[];
  readonly waiting: readonly number[];
  /** Net revenue since the beginning, at the end of the step. */
  readonly revenueMinor: readonly number[];
}
