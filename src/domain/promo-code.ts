import { percentOf } from "./money.ts";

/** A code as its organiser states it. */
export interface PromoCodeDraft {
  /** As it is compared: upper case. */
  readonly code: string;
  readonly discount: Discount;
  /** How many bookings may use it; null: any number. */
  readonly usesMax: number | null;
  /** Names of the tiers it is good for, and opens where they are restricted; null: all. */
  readonly tiers: readonly string[] | null;
  /** Unix milliseconds. */
  readonly validUntil: number | null;
}

export type Discount =
  | { readonly type: "none" }
  | { readonly type: "percent"; readonly percent: number }
  /** Off the price of each ticket. */
  | { readonly type: "amount"; readonly amountMinor: number };

export interface PromoCode extends PromoCodeDraft {
  /** Bookings that use it and stand. */
  used: number;
}

/** The price of a ticket with the code, never below nothing; percentages are rounded in the buyer's favour. */
export function discounted(priceMinor: number, discount: Discount): number {
  switch (discount.type) {
    case "none":
      return priceMinor;
    case "percent":
      return percentOf(priceMinor, 100 - discount.percent);
    case "amount":
      return Math.max(0, priceMinor - discount.amountMinor);
    default:
      return discount satisfies never;
  }
}

/** Whether no more bookings may use a code; one that does not exist nobody may. */
export function isUsedUp(code: PromoCode | undefined): boolean {
  return code === undefined || (code.usesMax !== null && code.used >= code.usesMax);
}

/** How codes are compared: without regard to case or surrounding space. */
export function normalCode(code: string): string {
  return code.trim().toUpperCase();
}
