import type { EventState } from "../domain/state.ts";
import type { SalesBook } from "./sales-book.ts";

/** How prices come about in a rehearsal: as the organiser set them, the first ones for ever, or as the advice has it. */
export const RULE_NAMES = ["as_it_was", "fixed", "recommended"] as const;
export type RuleName = (typeof RULE_NAMES)[number];

/** A tier's new price. */
export interface PriceMove {
  readonly tier: string;
  readonly priceMinor: number;
}

/** What a rule sees of a sale: nothing that an organiser would not see at that moment. */
export interface PricingView {
  readonly now: number;
  readonly state: EventState;
  readonly sales: SalesBook;
}

export interface PricingRule {
  readonly name: RuleName;
  /** Whether the organiser's own price changes are repeated. */
  readonly repeatsPriceChanges: boolean;
  /** Milliseconds of the sale's own time between two looks at it; null: it never looks. */
  lookEveryMs(state: EventState): number | null;
  /** The prices that are to be changed now. */
  look(view: PricingView): readonly PriceMove[];
}

const NOTHING: readonly PriceMove[] = [];

/** Prices that nobody looks at again. */
export function stillRule(name: "as_it_was" | "fixed"): PricingRule {
  return {
    name,
    repeatsPriceChanges: name === "as_it_was",
    lookEveryMs: () => null,
    look: () => NOTHING,
  };
}
