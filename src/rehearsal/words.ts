import { whole } from "../charts/numbers.ts";
import { fromMinor } from "../domain/money.ts";
import type { RuleName } from "./pricing-rule.ts";

/** How each rule is called where people read. */
export const RULE_WORDS = {
  as_it_was: "prices as they were",
  fixed: "first prices kept",
  recommended: "recommended prices",
} as const satisfies Record<RuleName, string>;

const UNITS = [
  ["d", 86_400_000],
  ["h", 3_600_000],
  ["min", 60_000],
  ["s", 1_000],
] as const;

/** A stretch of time in its two largest units: "2 d 4 h", "12.5 s". */
export function lasted(ms: number): string {
  if (ms < 60_000) return `${Number((ms / 1_000).toFixed(1))} s`;
  const at = UNITS.findIndex(([, unitMs]) => ms >= unitMs);
  const [unit, unitMs] = UNITS[at] as (typeof UNITS)[number];
  const [lesser, lesserMs] = UNITS[at + 1] as (typeof UNITS)[number];
  const count = Math.floor(ms / unitMs);
  const rest = Math.floor((ms - count * unitMs) / lesserMs);
  return rest === 0 ? `${count} ${unit}` : `${count} ${unit} ${rest} ${lesser}`;
}

/** An amount with its currency: "USD 12,345". */
export function amount(minor: number, currency: string): string {
  return `${currency} ${whole(fromMinor(minor, currency))}`;
}
