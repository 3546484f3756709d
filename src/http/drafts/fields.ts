import { toMinor } from "../../domain/money.ts";
import { malformed } from "../validate.ts";

/** An amount of a request in minor units. @throws ApiError where it has more decimals than the currency. */
export function minor(field: string, amount: number, currency: string): number {
  const value = toMinor(amount, currency);
  if (value === null) throw malformed(field, `has more decimals than ${currency} has`);
  return value;
}

type Defined<T> = { [K in keyof T]: Exclude<T[K], undefined> };

/** Without the fields that are undefined. */
export function defined<T extends object>(fields: T): Defined<T> {
  return Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== undefined)) as Defined<T>;
}

/** @throws ApiError where two entries of `price_tiers` are of one tier. */
export function expectDistinct(tiers: readonly { readonly tier: string }[]): void {
  const names = tiers.map(({ tier }) => tier);
  if (new Set(names).size < names.length) throw malformed("price_tiers", "names a tier twice");
}
