import type { UserId } from "./ids.ts";

/** What a rule knew of one tier when it chose its price. */
export interface PriceInputs {
  readonly tier: string;
  /** Demand expected at the price before, against that and the stock: 0.5 is just enough. */
  readonly demand: number;
  /** The shares of the capacity and of the sale's time that were left, 0 … 1. */
  readonly availability: number;
  readonly timeLeft: number;
  readonly elasticity: number;
  readonly idealMinor: number;
  readonly confidence: number;
  /** Expected of the new price kept until the end against the one before: 0.15 is 15 % more. Null: not known. */
  readonly revenueChange: number | null;
  readonly demandChange: number | null;
}

/** Who or what set a price, and why: what a price receipt shows. */
export interface PriceNote {
  readonly source: "organizer" | "recommendation" | "autopilot";
  /** Null: nobody in person. */
  readonly by: UserId | null;
  /** The version of the rule that chose it; null: a person did. */
  readonly rule: string | null;
  readonly reason: string | null;
  readonly inputs: readonly PriceInputs[];
}

/** A price as somebody saw it who chose the next one. */
export interface SeenPrice {
  readonly tier: string;
  readonly priceMinor: number;
}

/** `priceVersion` for an outcome, where there is one to tell. */
export function versionOf(priceVersion: number | null): { readonly priceVersion?: number } {
  return priceVersion === null ? {} : { priceVersion };
}
